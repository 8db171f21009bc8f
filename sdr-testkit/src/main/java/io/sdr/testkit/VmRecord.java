package io.sdr.testkit;

import io.sdr.api.DiskId;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that a simulated site keeps of a VM. Immutable but while it is changed: {@link #copy}, change, store, replace. */
final class VmRecord {
    final VmId id;
    final String name;
    final Optional<String> cloud;
    final Optional<String> tag;

    VmConfiguration configuration;
    boolean running;
    boolean startLocked;
    /** Whether the host starts it when it comes up. */
    boolean automaticStart = true;
    /** Whether it ran when its host went down and was not started again. */
    boolean heldAtBoot;

    Optional<Instant> lastStart = Optional.empty();
    Optional<Instant> offSince = Optional.empty();
    List<DiskRef> disks = List.of();
    /** Whether the guest was the last to write, in order. */
    boolean cleanlyOff = true;
    /** When the guest that was asked will have shut down. */
    Optional<Instant> offAt = Optional.empty();

    /** What tests told the guest and the hypervisor to do. */
    boolean ignoresShutDown;

    Duration shutDownTakes = Duration.ZERO;
    int startsToFail;
    boolean hangs;

    VmRecord(VmId id, String name, Optional<String> cloud, VmConfiguration configuration, Optional<String> tag) {
        this.id = id;
        this.name = name;
        this.cloud = cloud;
        this.configuration = configuration;
        this.tag = tag;
    }

    VmRecord copy() {
        VmRecord copy = new VmRecord(id, name, cloud, configuration, tag);
        copy.running = running;
        copy.startLocked = startLocked;
        copy.automaticStart = automaticStart;
        copy.heldAtBoot = heldAtBoot;
        copy.lastStart = lastStart;
        copy.offSince = offSince;
        copy.disks = disks;
        copy.cleanlyOff = cleanlyOff;
        copy.offAt = offAt;
        copy.ignoresShutDown = ignoresShutDown;
        copy.shutDownTakes = shutDownTakes;
        copy.startsToFail = startsToFail;
        copy.hangs = hangs;
        return copy;
    }

    VmDescription description() {
        return new VmDescription(id, name, cloud, Optional.empty(), disks, configuration);
    }

    String text() {
        Fields fields = new Fields()
                .put("name", name)
                .put("cloud", cloud)
                .put("tag", tag)
                .put("running", running)
                .put("startLocked", startLocked)
                .put("automaticStart", automaticStart)
                .put("heldAtBoot", heldAtBoot)
                .put("lastStart", lastStart)
                .put("offSince", offSince)
                .put("cleanlyOff", cleanlyOff)
                .put("offAt", offAt)
                .put("test.ignoresShutDown", ignoresShutDown)
                .put("test.shutDownTakes", shutDownTakes)
                .put("test.startsToFail", startsToFail)
                .put("test.hangs", hangs);
        ConfigurationFields.put(fields, configuration);
        putDisks(fields, disks);
        return fields.text();
    }

    static VmRecord parse(SiteId site, VmId id, String text) {
        Fields fields = Fields.parse(text);
        VmRecord vm = new VmRecord(
                id, fields.get("name"), fields.find("cloud"), ConfigurationFields.parse(fields), fields.find("tag"));
        vm.running = fields.flag("running");
        vm.startLocked = fields.flag("startLocked");
        vm.automaticStart = fields.flag("automaticStart");
        vm.heldAtBoot = fields.flag("heldAtBoot");
        vm.lastStart = fields.find("lastStart").map(Instant::parse);
        vm.offSince = fields.find("offSince").map(Instant::parse);
        vm.cleanlyOff = fields.flag("cleanlyOff");
        vm.offAt = fields.find("offAt").map(Instant::parse);
        vm.ignoresShutDown = fields.flag("test.ignoresShutDown");
        vm.shutDownTakes = Duration.parse(fields.get("test.shutDownTakes"));
        vm.startsToFail = (int) fields.number("test.startsToFail");
        vm.hangs = fields.flag("test.hangs");
        vm.disks = disks(site, fields);
        return vm;
    }

    static void putDisks(Fields fields, List<DiskRef> disks) {
        fields.put("disks", disks.size());
        for (int i = 0; i < disks.size(); i++) {
            DiskRef disk = disks.get(i);
            fields.put("disk." + i + ".id", disk.disk())
                    .put("disk." + i + ".locator", disk.locator())
                    .put("disk." + i + ".format", disk.format())
                    .put("disk." + i + ".sizeBytes", disk.sizeBytes());
        }
    }

    static List<DiskRef> disks(SiteId site, Fields fields) {
        List<DiskRef> disks = new ArrayList<>();
        for (int i = 0; i < fields.number("disks"); i++) {
            disks.add(new DiskRef(
                    site,
                    new DiskId(fields.get("disk." + i + ".id")),
                    fields.get("disk." + i + ".locator"),
                    fields.get("disk." + i + ".format"),
                    fields.number("disk." + i + ".sizeBytes")));
        }
        return List.copyOf(disks);
    }
}
