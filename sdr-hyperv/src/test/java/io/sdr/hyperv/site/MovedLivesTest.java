package io.sdr.hyperv.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.ItemId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.VmObservation;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedVm;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A VM that moves between the nodes of a cluster leaves its starts and ends in the logs of all that it was on. */
class MovedLivesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private SimulatedWorld world;
    private VmmEstate estate;
    private VmmSite site;
    private SimulatedVm web;
    private VmId id;

    @BeforeEach
    void aVmThatStartedOnTheFirstNode() {
        world = SimulatedWorld.in(folder, time);
        estate = new VmmEstate(world, "east", "Gold");
        web = estate.newVm("web-01", "Gold", 8 << 20);
        id = new VmId(web.id());
        site = estate.open();
        assertThat(web.host()).isEqualTo(node(1));
    }

    @AfterEach
    void closed() {
        site.close();
        world.check();
    }

    private SimulatedHost node(int number) {
        return estate.hosts.get(number - 1);
    }

    private CallContext call() {
        return CallContext.once(new ItemId("web"), 0, "t", time.now().plusSeconds(600));
    }

    private VmObservation seen() {
        return Objects.requireNonNull(site.vms().observe(List.of(id), call()).get(id));
    }

    private Instant startedAgainOn(int number) {
        web.turnOff();
        time.pass(HOUR);
        estate.vmm.move(web, node(number));
        web.start();
        Instant started = time.now();
        time.pass(HOUR);
        return started;
    }

    @Test
    void aStartIsToldWhereverTheVmIsNow() {
        Instant started = time.now();
        time.pass(HOUR);
        estate.vmm.move(web, node(2));
        time.pass(HOUR);
        Instant stopped = time.now();
        assertThat(site.vms().turnOff(id, call())).isEqualTo(seen());
        time.pass(HOUR);
        estate.vmm.move(web, node(3));
        VmObservation seen = seen();
        assertThat(seen.lastStart()).contains(started);
        assertThat(seen.offSince()).contains(stopped);
        assertThat(seen.startsKnownSince()).contains(Instant.EPOCH);
        assertThat(seen.mayHaveStartedAfter(stopped)).isFalse();
    }

    /** The node on which it died has an older end in its log. */
    @Test
    void anOlderEndIsNotWhenItWentOff() {
        Instant unused = startedAgainOn(2);
        Instant last = startedAgainOn(1);
        estate.vmm.move(web, node(2));
        VmObservation gated = site.vms().automaticStart(id, false, call());
        assertThat(gated.isRunning()).isTrue();
        node(2).powerFails();
        time.pass(HOUR);
        node(2).powerReturns();
        assertThat(seen().offSince()).isEmpty();
        assertThat(seen().lastStart()).contains(last);
        node(1).setReachable(false);
        VmObservation without = seen();
        assertThat(without.isRunning()).isFalse();
        assertThat(without.offSince())
                .as("the node that is silent may know more")
                .isEmpty();
        assertThat(without.startsKnownSince()).isNotEqualTo(Optional.of(Instant.EPOCH));
    }

    @Test
    void aLogThatIsNotReadTellsNothing() {
        web.turnOff();
        node(3).log().setReadable(false);
        VmObservation seen = seen();
        assertThat(seen.startsKnownSince()).isEmpty();
        assertThat(seen.offSince()).isEmpty();
        assertThat(seen.mayHaveStartedAfter(time.now())).isTrue();
    }

    @Test
    void aLogThatRolledOverTellsOfWhatCameAfter() {
        time.pass(HOUR);
        Instant rolled = time.now();
        estate.hosts.forEach(each -> each.log().rollOver(rolled));
        time.pass(HOUR);
        web.turnOff();
        VmObservation seen = seen();
        assertThat(seen.lastStart()).isEmpty();
        assertThat(seen.startsKnownSince()).contains(rolled);
        assertThat(seen.offSince()).contains(time.now());
        assertThat(seen.mayHaveStartedAfter(time.now())).isFalse();
        assertThat(seen.mayHaveStartedAfter(rolled.minusSeconds(1))).isTrue();
    }

    /** It may have been emptied: that a VM never was started does not follow. */
    @Test
    void anEmptyLogTellsOfNoWholeLife() {
        web.turnOff();
        estate.hosts.forEach(each -> each.log().empty());
        VmObservation seen = seen();
        assertThat(seen.lastStart()).isEmpty();
        assertThat(seen.offSince()).isEmpty();
        assertThat(seen.startsKnownSince()).isPresent().isNotEqualTo(Optional.of(Instant.EPOCH));
    }

    /** One that died on a node and came up on none is held, until its power is taken once more. */
    @Test
    void whatDiedAfterAMoveIsHeldAtBoot() {
        VmObservation unused = site.vms().automaticStart(id, false, call());
        estate.vmm.move(web, node(2));
        node(2).powerFails();
        time.pass(HOUR);
        node(2).powerReturns();
        assertThat(seen().heldAtBoot()).isTrue();
        assertThat(site.vms().turnOff(id, call()).heldAtBoot()).isFalse();
        assertThat(seen().heldAtBoot()).isFalse();
    }
}
