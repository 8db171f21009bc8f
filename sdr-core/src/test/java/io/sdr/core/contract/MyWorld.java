package io.sdr.core.contract;

import io.sdr.api.VmId;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.testkit.Fault;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.SiteOptions;
import io.sdr.testkit.VirtualTime;
import io.sdr.testkit.contract.SiteWorld;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The sample of the guide for authors of providers. */
final class MyWorld implements SiteWorld {
    private final VirtualTime time = new VirtualTime();
    private final Path folder;
    private FolderSite site;

    MyWorld(Path folder) {
        this.folder = folder;
        this.site = open();
    }

    private FolderSite open() {
        return FolderSite.open(SiteOptions.named("east").time(time), folder);
    }

    @Override
    public SiteProvider site() {
        return site;
    }

    @Override
    public void reopen() {
        site.close();
        site = open();
    }

    @Override
    public VmId createRunningVm(String name, List<Long> sizesBytes) {
        VmId vm = site.createVm(name, Optional.empty(), sizesBytes).id();
        site.powerOn(vm);
        return vm;
    }

    @Override
    public VirtualDisk guestDisk(VmId vm, int disk) {
        return site.guestDisk(vm, site.look(vm).disks().get(disk).disk());
    }

    @Override
    public void startAsAdministrator(VmId vm) {
        site.startBehindTheBack(vm);
    }

    @Override
    public void restartHosts() {
        site.restartHosts();
    }

    @Override
    public void guestIgnoresShutDown(VmId vm, boolean ignores) {
        site.guestIgnoresShutDown(vm, ignores);
    }

    @Override
    public void guestHangs(VmId vm, boolean hangs) {
        site.guestHangs(vm, hangs);
    }

    @Override
    public void contact(boolean answers) {
        if (answers) {
            site.restoreContact();
        } else {
            site.loseContact();
        }
    }

    @Override
    public void loseNextAnswer() {
        site.faults().at(1, new Fault.LosesAnswer());
    }

    @Override
    public void pass(Duration duration) {
        time.runFor(duration);
    }

    @Override
    public DiskFormat format() {
        return ServiceLoader.load(DiskFormat.class).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        site.close();
    }
}
