package io.sdr.core.site;

import static io.sdr.core.site.Calls.DISK0;
import static io.sdr.core.site.Calls.ITEM;
import static io.sdr.core.site.Calls.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.RetryableException;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskAccess;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.StorageFolder;
import io.sdr.api.spi.VirtualDisk;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmObservation;
import io.sdr.core.format.RawFormat;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.DiskImage;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedDeath;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every verb, with a death before every write of the storage: it is found done or not done, and done again it is done. */
class SiteCrashTest {
    private static final long SIZE = 200_000;
    private static final int SEEDS = 3;
    private static final VmId VM = new VmId("vm-000001");
    private static final VmId COPY = new VmId("vm-000002");
    private static final VmConfiguration CONFIGURATION = VmConfiguration.of(1, 1 << 30, "bios");

    @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
    enum Verb {
        TURN_OFF(true, site -> site.vms().turnOff(VM, call("t"))),
        SHUT_DOWN(true, site -> site.vms().shutDown(VM, call("t"))),
        START(false, site -> site.vms().start(VM, call("t"))),
        LOCK(true, site -> site.vms().lockStart(VM, call("t"))),
        UNLOCK(false, site -> site.vms().unlockStart(COPY, call("t"))),
        CREATE(false, site -> site.vms().createPlaceholder("other", Optional.empty(), CONFIGURATION, otherItem("t"))),
        DELETE(false, site -> site.vms().deleteTagged(COPY, call("t"))),
        ATTACH(false, site -> site.vms().attach(COPY, List.of(runLayer(site)), call("t"))),
        DETACH(false, site -> site.vms().attach(VM, List.of(), call("t"))),
        MOVE(false, site -> site.disks().moveToReplicaFolder(disk(), ITEM, "moved", call("t"))),
        CHECKPOINT(true, site -> site.disks().checkpoint(VM, Consistency.CRASH_CONSISTENT, call("two"))),
        CHECKPOINT_OFF(false, site -> site.disks().checkpoint(VM, Consistency.CRASH_CONSISTENT, call("two"))),
        RELEASE(true, site -> site.disks().release("cp-one", false, call("t"))),
        RELEASE_WITH_MARK(true, site -> site.disks().release("cp-one", true, call("t"))),
        IMPORT(false, site -> {
            if (site.allVms().size() < 3) {
                site.importVm("new", DiskImage.of(new byte[] {1, 2, 3}));
            }
        });

        private final boolean running;
        private final Consumer<InMemorySite> act;

        Verb(boolean running, Consumer<InMemorySite> act) {
            this.running = running;
            this.act = act;
        }
    }

    private static CallContext otherItem(String token) {
        CallContext call = call(token);
        return new CallContext(new ItemId("item-2"), 1, token, 1, call.notAfter(), call.cancel(), call.progress());
    }

    private static DiskRef disk() {
        return new DiskRef(new SiteId("east"), DISK0, "vms/vm-000001/disk0.raw", "raw", SIZE);
    }

    private static DiskRef runLayer(InMemorySite site) {
        return site.disks().inReplicaFolder(ITEM, DISK0, "layer.run", "raw", SIZE);
    }

    /** A site with a VM that has a checkpoint with saved blocks, a placeholder and a replica's disks. */
    private static MemoryFolder prepared(boolean running) {
        MemoryFolder root = new MemoryFolder("east");
        InMemorySite site = Calls.site(root);
        var vm = site.createVm("sql-01", SIZE, 100_000);
        site.vms().createPlaceholder("copy", Optional.empty(), CONFIGURATION, call("t"));
        StorageFolder replica = site.disks().replicaFolder(ITEM);
        new RawFormat().create(replica, "base.raw", SIZE).close();
        new RawFormat().createLayer(replica, "layer.run", "base.raw").close();
        site.powerOn(VM);
        Calls.write(site, vm, DISK0, 70_000, filled(1));
        Calls.checkpoint(site, vm, "one");
        Calls.write(site, vm, DISK0, 69_000, filled(2));
        Calls.write(site, vm, new DiskId("disk1"), 5, filled(3));
        site.guestDisk(VM, DISK0).flush();
        site.guestDisk(VM, new DiskId("disk1")).flush();
        if (!running) {
            site.turnOffBehindTheBack(VM);
        }
        site.close();
        return root;
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[3000];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static String state(InMemorySite site) {
        StringBuilder text = new StringBuilder();
        for (VmObservation vm : site.allVms()) {
            text.append(vm.vm()).append(vm.power()).append(vm.startLocked() ? " locked " : " ");
            vm.disks().forEach(disk -> text.append(disk.locator()).append(' ').append(content(site, vm, disk)));
            text.append(site.disks().leftovers(vm.vm(), call("t"))).append('\n');
        }
        try {
            try (VirtualDisk one = ((DiskAccess.InProcess) site.disks().frozen("cp-one", DISK0, call("t"))).open()) {
                text.append("one ").append(Arrays.hashCode(Calls.bytes(one))).append('\n');
            }
        } catch (RetryableException e) {
            text.append("one ").append(e.code()).append('\n');
        }
        for (String folder : List.of("vms", "replicas")) {
            StorageFolder all = site.root().child(folder);
            all.children()
                    .forEach(each -> text.append(folder)
                            .append('/')
                            .append(each)
                            .append(diskFiles(all.child(each)))
                            .append('\n'));
        }
        return text.toString();
    }

    private static String content(InMemorySite site, VmObservation vm, DiskRef disk) {
        if (vm.isRunning()) {
            return Arrays.hashCode(Calls.bytes(site.guestDisk(vm.vm(), disk.disk()))) + " ";
        }
        try (VirtualDisk open = site.inspect(disk)) {
            return Arrays.hashCode(Calls.bytes(open)) + " ";
        }
    }

    private static List<String> diskFiles(StorageFolder folder) {
        return folder.list().stream()
                .map(StorageFolder.Entry::name)
                .filter(name -> name.endsWith("raw") || name.equals("moved") || name.equals("layer.run"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void isFoundDoneOrNotDoneAndDoneAgainIsDone(Verb verb) {
        MemoryFolder before = prepared(verb.running);
        String notDone = state(Calls.site(before.copy()));
        MemoryFolder orderly = before.copy();
        verb.act.accept(Calls.site(orderly));
        String done = state(Calls.site(orderly.copy()));
        assertThat(done).isNotEqualTo(notDone);
        for (long n = 1; ; n++) {
            CrashFolder storage = CrashFolder.over(before);
            InMemorySite dying = Calls.site(storage);
            storage.dieBefore(storage.operations() + n);
            try {
                verb.act.accept(dying);
                assertThat(n).as("writes of " + verb).isGreaterThan(1);
                return;
            } catch (SimulatedDeath expected) {
                for (long seed = 0; seed < SEEDS; seed++) {
                    checkFound(verb, storage.afterCrash(seed), notDone, done, expected.getMessage() + ", seed " + seed);
                }
            }
        }
    }

    private static void checkFound(Verb verb, MemoryFolder found, String notDone, String done, String when) {
        String seen = state(Calls.site(found.copy()));
        if (verb == Verb.MOVE || verb == Verb.DETACH || verb == Verb.ATTACH) {
            // in several steps; what matters is that it can be done again
            assertThat(seen).as(when).contains(COPY.value());
        } else {
            assertThat(seen).as(when).isIn(notDone, done);
        }
        InMemorySite again = Calls.site(found);
        verb.act.accept(again);
        assertThat(state(again).replace("vm-000004", "vm-000003"))
                .as("again, " + when)
                .isEqualTo(done);
    }
}
