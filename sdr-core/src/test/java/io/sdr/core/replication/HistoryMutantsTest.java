package io.sdr.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.Consistency;
import io.sdr.api.spi.CycleStatistics;
import io.sdr.api.spi.RangeSet;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.replication.Manifest.Undo;
import io.sdr.core.replication.Manifest.Unfinished;
import io.sdr.testkit.ForgetfulFolder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas that break one rule: the histories must find each of them. */
class HistoryMutantsTest {
    private static final int SEEDS = 400;
    private static final int ACTS = 40;

    private static void mustBeFound(LongFunction<History> mutant) {
        long found = LongStream.range(0, SEEDS)
                .filter(seed -> fails(mutant.apply(seed)))
                .findFirst()
                .orElse(-1);
        assertThat(found).as("the seed that finds the mutant").isNotNegative();
    }

    private static boolean fails(History history) {
        try {
            history.run(ACTS);
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }

    @Test
    void theBaseIsWrittenWhileHeld() {
        mustBeFound(seed -> new History(seed, false) {
            @Override
            Replica newReplica(StorageFolder folder, DiskFormats formats) {
                return new Replica(folder, formats) {
                    @Override
                    Apply apply() {
                        return new Apply(files()) {
                            @Override
                            boolean isAllowed(Manifest m) {
                                return true;
                            }
                        };
                    }
                };
            }
        });
    }

    @Test
    void undoIsMadeAgainAfterDeath() {
        mustBeFound(seed -> new History(seed, true) {
            @Override
            Replica newReplica(StorageFolder folder, DiskFormats formats) {
                return new Replica(folder, formats) {
                    @Override
                    Manifest whole(Manifest m) {
                        boolean undone = m.undo().stream().anyMatch(each -> each.to() == m.applying());
                        if (m.applying() > 0 && m.unwindTo() < 0 && undone) {
                            Undo unused =
                                    apply().makeUndo(m, m.cycle(m.applying()).orElseThrow());
                        }
                        return super.whole(m);
                    }
                };
            }
        });
    }

    @Test
    void acknowledgedBeforeAllDisksAreWhole() {
        mustBeFound(seed -> new History(seed, true) {
            @Override
            Reception newReception(Replica replica, Manifest m, long sequence, String checkpoint) {
                return new Reception(replica.files(), m, sequence, checkpoint) {
                    @Override
                    Manifest acknowledge(
                            String mark, Instant time, Consistency consistency, CycleStatistics statistics) {
                        Manifest early = super.acknowledge(mark, time, consistency, statistics);
                        List<String> unused = super.publishSegments();
                        return early;
                    }

                    @Override
                    List<String> publishSegments() {
                        List<String> names = new ArrayList<>();
                        for (int k = 0; k < m.disks().size(); k++) {
                            names.add(ReplicaFiles.redoName(sequence, pieces(m), k));
                        }
                        return names;
                    }
                };
            }
        });
    }

    @Test
    void anApplyThatDiedIsTakenForDone() {
        mustBeFound(seed -> new History(seed, true) {
            @Override
            Replica newReplica(StorageFolder folder, DiskFormats formats) {
                return new Replica(folder, formats) {
                    @Override
                    Apply apply() {
                        return new Apply(files()) {
                            private boolean begun;

                            @Override
                            Manifest begin(Manifest m, Undo undo) {
                                begun = true;
                                return super.begin(m, undo);
                            }

                            @Override
                            void writeRedo(Manifest m, Manifest.Cycle cycle) {
                                if (begun) {
                                    super.writeRedo(m, cycle);
                                }
                            }
                        };
                    }
                };
            }
        });
    }

    @Test
    void whatIsMissingAfterAPauseIsForgotten() {
        mustBeFound(seed -> new History(seed, false) {
            @Override
            RangeSet rest(Unfinished unfinished, int disk, RangeSet changed) {
                return changed;
            }
        });
    }

    @Test
    void whatChangesDuringAPauseIsForgotten() {
        mustBeFound(seed -> new History(seed, false) {
            @Override
            RangeSet rest(Unfinished unfinished, int disk, RangeSet changed) {
                return unfinished.rest(disk, RangeSet.EMPTY);
            }
        });
    }

    @Test
    void anUnfinishedCycleIsTakenForAReceivedOne() {
        mustBeFound(seed -> new History(seed, false) {
            @Override
            Reception newReception(Replica replica, Manifest m, long sequence, String checkpoint) {
                return new Reception(replica.files(), m, sequence, checkpoint) {
                    @Override
                    Manifest leave(String mark, List<RangeSet> missing, CycleStatistics statistics) {
                        return acknowledge(mark, ReplicaHarness.START, Consistency.CRASH_CONSISTENT, statistics);
                    }
                };
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"undo.", "redo.", "manifest.", "d0.base", "layer.", "/"})
    void somethingIsNotForced(String what) {
        Predicate<String> forgotten = name -> name.startsWith(what);
        mustBeFound(seed -> new History(seed, true, folder -> new ForgetfulFolder(folder, forgotten)));
    }

    @Test
    void theHistoriesThemselvesPass() {
        assertThat(LongStream.range(0, 10).filter(seed -> fails(new History(seed, true))))
                .isEmpty();
    }
}
