package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.simulation.FaultyTransport;
import io.sdr.hyperv.simulation.FaultyTransport.Trouble;
import io.sdr.hyperv.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a cycle and a failover ask of a site, with one fault at each exchange: the same calls, made again, end the same. */
class HyperVFaultsTest {
    private static final ItemId ITEM = new ItemId("item-1");
    private static final Instant ALWAYS = Instant.parse("2100-01-01T00:00:00Z");
    private static final int TRIES = 4;

    @TempDir(factory = FastTempDir.class)
    private Path folder;

    /** The line to the host of the world that was made last. */
    private FaultyTransport line;

    private int worlds;

    static Stream<Trouble> troubles() {
        return Boolean.getBoolean("sdr.stress")
                ? Stream.of(Trouble.values()).filter(each -> each != Trouble.REFUSED)
                : Stream.of(Trouble.ANSWER_LOST, Trouble.REQUEST_LOST);
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void aFaultAtAnyExchangeEndsTheSame(Trouble trouble) {
        List<String> clean;
        int exchanges;
        try (EstateWorld world = newWorld()) {
            clean = deeds(world, trouble);
            exchanges = line.log().size();
        }
        assertThat(exchanges).isGreaterThan(20);
        for (int n = 1; n <= exchanges; n++) {
            try (EstateWorld world = newWorld()) {
                line.at(n, trouble);
                assertThat(deeds(world, trouble))
                        .as("%s at exchange %d", trouble, n)
                        .isEqualTo(clean);
            }
        }
    }

    private EstateWorld newWorld() {
        return new EstateWorld(folder.resolve("world-" + worlds++), world -> {
            SimulatedHost host = world.newHost("east", "hv-01");
            line = FaultyTransport.to(world, host.name(), 7);
            return new HostEstate(host, line);
        });
    }

    private List<String> deeds(EstateWorld world, Trouble trouble) {
        SiteProvider site = world.site();
        List<String> seen = new ArrayList<>();
        VmId vm = world.createRunningVm("web", world.diskSizes());
        String checkpoint = again(
                trouble,
                () -> site.disks()
                        .checkpoint(vm, Consistency.CRASH_CONSISTENT, call("one"))
                        .id());
        seen.add("leftovers "
                + again(trouble, () -> site.disks().leftovers(vm, call("left"))).size());
        done(trouble, () -> site.disks().release(checkpoint, true, call("release")));
        done(trouble, () -> site.disks().releaseMark(checkpoint, call("mark")));
        seen.add("leftovers "
                + again(trouble, () -> site.disks().leftovers(vm, call("left"))).size());
        VmId copy = again(
                        trouble,
                        () -> site.vms()
                                .createPlaceholder(
                                        "web", Optional.empty(), VmConfiguration.of(1, 1 << 30, "uefi"), call("copy")))
                .vm();
        done(trouble, () -> site.vms().lockStart(vm, call("lock")));
        done(trouble, () -> site.vms().turnOff(vm, call("off")));
        DiskRef disk = again(trouble, () -> site.vms().observe(List.of(vm), call("look")))
                .get(vm)
                .disks()
                .get(0);
        DiskRef moved =
                again(trouble, () -> site.disks().moveToReplicaFolder(disk, ITEM, "d0.base.vhdx", call("move")));
        done(trouble, () -> site.vms().attach(copy, List.of(moved), call("attach")));
        done(trouble, () -> site.vms().unlockStart(copy, call("unlock")));
        done(trouble, () -> site.vms().start(copy, call("start")));
        again(trouble, () -> site.vms().observe(List.of(vm, copy), call("look")))
                .values()
                .forEach(each -> seen.add(words(each)));
        again(trouble, () -> site.vms().tagged(call("tagged"))).forEach(each -> seen.add("tagged " + words(each)));
        return seen.stream().sorted().toList();
    }

    private static String words(VmObservation vm) {
        return vm.tag() + " " + vm.power() + " locked " + vm.startLocked() + " automatic " + vm.automaticStart()
                + " disks " + vm.disks().stream().map(DiskRef::locator).toList();
    }

    private static CallContext call(String token) {
        return CallContext.once(ITEM, 1, token, ALWAYS);
    }

    private static void done(Trouble trouble, Runnable call) {
        boolean unused = again(trouble, () -> {
            call.run();
            return true;
        });
    }

    /** A call that failed in a way that another try may mend is made again; what came of it otherwise is no answer to a broken line. */
    private static <T> T again(Trouble trouble, Supplier<T> call) {
        SdrException last = null;
        for (int i = 0; i < TRIES; i++) {
            try {
                return call.get();
            } catch (RetryableException | OutcomeUnknownException broken) {
                last = broken;
            }
        }
        throw new AssertionError(trouble + " does not end", last);
    }
}
