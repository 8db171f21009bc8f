package io.sdr.benchmarks.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Side;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentKillerTest {
    @TempDir
    private Path temp;

    private final List<Side> killed = new ArrayList<>();

    private DrillStep step = DrillStep.PROTECT;
    private AgentHold hold;

    @BeforeEach
    void hold() {
        hold = new AgentHold(temp);
    }

    private DrillJournal journal() {
        return DrillJournal.open(temp.resolve("drill.jsonl"));
    }

    private AgentKiller killer(DrillJournal journal) {
        return new AgentKiller(
                (side, between) -> {
                    assertThat(hold.isHeld() || step == DrillStep.TEST_FAILOVER).isTrue();
                    killed.add(side);
                    between.run();
                    assertThat(hold.isHeld()).isFalse();
                },
                hold,
                journal,
                side -> 7);
    }

    private void drive(AgentKiller killer, DrillStep next) {
        step = next;
        killer.entering(next);
        killer.look();
        Thread agent = new Thread(hold::pass, "agent");
        agent.start();
        while (agent.isAlive()) {
            killer.look();
        }
        killer.driverAsks();
        killer.look();
        killer.driverAsks();
    }

    @Test
    void oneAgentIsKilledInAStepAndItIsNoted() {
        try (DrillJournal journal = journal()) {
            AgentKiller killer = killer(journal);
            for (DrillStep each :
                    List.of(DrillStep.PROTECT, DrillStep.CYCLE_1, DrillStep.REVERSE, DrillStep.TEST_FAILOVER)) {
                drive(killer, each);
                killer.done(each);
            }
            assertThat(killed).containsExactly(Side.RECOVERY, Side.PRIMARY, Side.RECOVERY, Side.RECOVERY);
            assertThat(journal.agentKills())
                    .containsExactly(
                            new AgentKill(DrillStep.PROTECT, Side.RECOVERY, true, 7),
                            new AgentKill(DrillStep.CYCLE_1, Side.PRIMARY, false, 7),
                            new AgentKill(DrillStep.REVERSE, Side.RECOVERY, false, 7),
                            new AgentKill(DrillStep.TEST_FAILOVER, Side.RECOVERY, true, 7));
        }
    }

    /** A step in which nobody was killed proves nothing. */
    @Test
    void aDataStepWithoutAKillEndsTheDrill() {
        try (DrillJournal journal = journal()) {
            AgentKiller killer = killer(journal);
            killer.entering(DrillStep.CYCLE_1);
            OperationFailedException e =
                    catchThrowableOfType(OperationFailedException.class, () -> killer.done(DrillStep.CYCLE_1));
            assertThat(e).isNotNull();
            assertThat(e.code()).isEqualTo("AGENT_NOT_KILLED");
            assertThat(e.getMessage()).contains("cycle-1");
            drive(killer, DrillStep.COMMIT);
            killer.done(DrillStep.COMMIT);
            assertThat(killed).isEmpty();
        }
    }

    /** The drill's process ends after the kill, or between the kill and the end of the step. */
    @Test
    void aKillOfAnEarlierRunCounts() {
        try (DrillJournal journal = journal()) {
            AgentKiller killer = killer(journal);
            drive(killer, DrillStep.PROTECT);
        }
        try (DrillJournal journal = journal()) {
            AgentKiller killer = killer(journal);
            drive(killer, DrillStep.PROTECT);
            killer.done(DrillStep.PROTECT);
            assertThat(killed).hasSize(1);
            assertThat(journal.agentKills()).hasSize(1);
        }
    }

    @Test
    void theResultTellsThem() {
        AgentKill kill = new AgentKill(DrillStep.CYCLE_2_APP, Side.RECOVERY, true, 1 << 20);
        DrillResult result = new DrillResult(true, List.of(), List.of(), Optional.empty(), Optional.empty());
        assertThat(result.toJson().has("kills")).isFalse();
        DrillResult told = result.withKills(List.of(kill));
        assertThat(told.toJson().path("kills").path(0).toString())
                .isEqualTo(
                        "{\"step\":\"cycle-2-app\",\"agent\":\"recovery\",\"role\":\"target\",\"bytesMoved\":1048576}");
        assertThat(DrillResult.fromJson(told.toJson())).isEqualTo(told);
        assertThat(kill.text())
                .isEqualTo("cycle-2-app: that of the target (recovery), with 1.0 MiB of it at the target");
    }
}
