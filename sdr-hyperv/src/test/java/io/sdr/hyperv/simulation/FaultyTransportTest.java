package io.sdr.hyperv.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.hyperv.simulation.FaultyTransport.Trouble;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers see of a transport on which things go wrong, and what the host did. */
class FaultyTransportTest {
    @TempDir
    private Path folder;

    private final VirtualTime time = new VirtualTime();
    private SimulatedWorld world;
    private Scripts scripts;
    private SimulatedVm vm;
    private FaultyTransport transport;

    @BeforeEach
    void begin() {
        world = SimulatedWorld.in(folder, time);
        scripts = new Scripts(world);
        vm = world.newHost("east", "hv-e1.example.net").newVm("web-01");
        vm.addDisk("D:\\VMs\\os.vhdx", 4 << 20);
        transport = FaultyTransport.to(world, "hv-e1.example.net", 7);
    }

    @AfterEach
    void end() {
        world.check();
        world.close();
    }

    private static final Map<Trouble, String> CODES = Map.of(
            Trouble.ANSWER_LOST, "ANSWER_LOST",
            Trouble.REQUEST_LOST, "ANSWER_LOST",
            Trouble.ACTS_LATE, "ANSWER_LOST",
            Trouble.TRUNCATED, "ANSWER_LOST",
            Trouble.OUT_OF_TIME, "OUT_OF_TIME",
            Trouble.UNREACHABLE, "HOST_UNREACHABLE",
            Trouble.REFUSED, "HOST_REFUSED");

    /** Done or not, and known or not: a second call gives what the first should have given. */
    @ParameterizedTest
    @EnumSource(Trouble.class)
    void aChangeIsNeverThoughtUndoneWhereItMayBeDone(Trouble trouble) {
        transport.at("vm-start", 1, trouble);
        SdrException thrown =
                catchThrowableOfType(SdrException.class, () -> scripts.run(transport, "vm-start", scripts.guarded(vm)));
        boolean acted = trouble != Trouble.REQUEST_LOST
                && trouble != Trouble.UNREACHABLE
                && trouble != Trouble.REFUSED
                && trouble != Trouble.ACTS_LATE;
        assertThat(vm.runs()).isEqualTo(acted);
        if (trouble.isHarmless()) {
            assertThat(thrown).isNull();
        } else {
            assertThat(thrown.code()).isEqualTo(CODES.get(trouble));
            assertThat(thrown instanceof OutcomeUnknownException)
                    .isEqualTo(trouble != Trouble.UNREACHABLE && trouble != Trouble.REFUSED);
        }
        time.runFor(Duration.ofMinutes(1));
        assertThat(vm.runs()).isEqualTo(acted || trouble == Trouble.ACTS_LATE);
        assertThat(scripts.run(transport, "vm-start", scripts.guarded(vm)).text("state"))
                .isEqualTo("Running");
    }

    /** What acts late is stopped by the guard of its own host. */
    @Test
    void aRequestThatComesLateDoesNothingBehindALaterDecision() {
        transport.at("vm-start", 1, Trouble.ACTS_LATE);
        SdrException thrown =
                catchThrowableOfType(SdrException.class, () -> scripts.run(transport, "vm-start", scripts.guarded(vm)));
        assertThat(thrown.code()).isEqualTo("ANSWER_LOST");
        scripts.epoch = 2;
        scripts.run(
                transport,
                "catalogue-decide",
                scripts.guarded().with("number", 2).with("text", "{}"));
        time.runFor(Duration.ofMinutes(1));
        assertThat(vm.runs()).isFalse();
    }

    @Test
    void aReadIsTriedOnceMore() {
        transport.at("vm-list", 1, Trouble.ANSWER_LOST);
        assertThat(scripts.run(transport, "vm-list", io.sdr.hyperv.powershell.Arguments.none())
                        .each("vms"))
                .hasSize(1);
        assertThat(transport.log()).containsExactly("vm-list", "vm-list");
        transport.always(Trouble.ANSWER_LOST);
        RetryableException thrown = catchThrowableOfType(
                RetryableException.class,
                () -> scripts.run(transport, "vm-list", io.sdr.hyperv.powershell.Arguments.none()));
        assertThat(thrown.code()).isEqualTo("ANSWER_LOST");
        transport.clear();
        assertThat(scripts.run(transport, "vm-list", io.sdr.hyperv.powershell.Arguments.none())
                        .each("vms"))
                .hasSize(1);
    }

    @Test
    void aHostThatIsDownOrCutOffDidNothing() {
        SimulatedHost host = vm.host();
        host.setReachable(false);
        assertThat(scripts.refusal(host, "vm-start", scripts.guarded(vm))).isEqualTo("HOST_UNREACHABLE");
        host.setReachable(true);
        host.powerFails();
        assertThat(scripts.refusal(host, "vm-start", scripts.guarded(vm))).isEqualTo("HOST_UNREACHABLE");
        host.powerReturns();
        assertThat(scripts.refusal(host, "vm-start", scripts.guarded(vm))).isEqualTo("none");
    }

    /** A VM that moves between two steps is not where it was, and nothing is done to it there. */
    @Test
    void aVmThatMovedIsNotFoundWhereItWas() {
        SimulatedHost second = world.newHost("east", "hv-e2.example.net");
        SimulatedCluster cluster = world.newCluster("cl", "example.net", "cl-broker.example.net", vm.host(), second);
        SimulatedVm moving = vm.host().newVm("moving");
        moving.addDisk("C:\\ClusterStorage\\Volume1\\moving.vhdx", 4 << 20);
        cluster.add(moving);
        SimulatedHost first = moving.host();
        for (String script : List.of("vm-lock", "vm-start", "vm-turn-off")) {
            cluster.move(moving, moving.host().equals(first) ? second : first);
            SimulatedHost other = moving.host().equals(first) ? second : first;
            if (script.equals("vm-start")) {
                scripts.run(moving.host(), "vm-unlock", scripts.guarded(moving));
            }
            assertThat(scripts.refusal(other, script, scripts.guarded(moving))).isEqualTo("UNKNOWN_VM");
            assertThat(scripts.refusal(moving.host(), script, scripts.guarded(moving)))
                    .isEqualTo("none");
        }
    }
}
