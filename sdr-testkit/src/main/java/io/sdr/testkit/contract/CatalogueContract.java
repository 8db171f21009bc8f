package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.PointId;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.spi.EpochRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

/** Decisions: created once and whole, by whoever comes first; and the documents beside them. */
public abstract class CatalogueContract extends SiteSuite {
    private static final int CREATORS = 4;
    private static final int ROUNDS = 25;

    /** For subclasses. */
    protected CatalogueContract() {}

    private EpochRecord decide(EpochRecord decision) {
        return catalogue().createIfAbsent(decision, call("decide"));
    }

    private Optional<EpochRecord> read(long epoch) {
        return catalogue().read(ITEM, epoch, call("read"));
    }

    // ---- decisions

    /** Who comes second gets what the first one decided. */
    @Test
    public void theFirstDecides() {
        EpochRecord first = new EpochRecord(
                2,
                EpochRecord.Kind.ACTIVATE,
                Side.PRIMARY,
                Side.RECOVERY,
                new JobId("job-1"),
                Optional.of(new PointId("point-7")),
                Instant.parse("2025-01-01T12:00:00.123456789Z"));
        EpochRecord second = new EpochRecord(
                2,
                EpochRecord.Kind.ABORT,
                Side.PRIMARY,
                Side.RECOVERY,
                new JobId("job-2"),
                Optional.empty(),
                Instant.parse("2025-01-01T12:00:01Z"));
        assertEquals(Optional.empty(), read(2));
        assertEquals(Optional.empty(), catalogue().readHighest(ITEM, call("read")));
        assertEquals(first, decide(first), "every field comes back as it was given");
        assertEquals(first, decide(second), "the number is taken");
        assertEquals(first, decide(first), "the same decision again is done");
        assertEquals(Optional.of(first), read(2));
        world().reopen();
        assertEquals(Optional.of(first), read(2));
        assertEquals(first, decide(second));
        assertEquals(Optional.empty(), catalogue().read(OTHER, 2, call("read")), "items do not share decisions");
    }

    /** An aborted number is used up like any other. */
    @Test
    public void anAbortIsADecision() {
        EpochRecord abort = new EpochRecord(
                3,
                EpochRecord.Kind.ABORT,
                Side.RECOVERY,
                Side.PRIMARY,
                new JobId("job-2"),
                Optional.empty(),
                Instant.parse("2025-01-01T12:00:01Z"));
        assertEquals(abort, decide(abort));
        assertEquals(abort, decide(decision(3, "job-1")));
        assertEquals(Optional.of(abort), catalogue().readHighest(ITEM, call("read")));
    }

    /** The highest is by number, not by name or time. */
    @Test
    public void theHighestIsByNumber() {
        for (long epoch : new long[] {9, 10, 2, 100, 11}) {
            decide(decision(epoch, "job-" + epoch));
        }
        world().reopen();
        assertEquals(Optional.of(decision(100, "job-100")), catalogue().readHighest(ITEM, call("read")));
        assertEquals(Optional.of(decision(9, "job-9")), read(9));
    }

    /**
     * Several deciders at once: all hear the same, and that is what is read. Which one wins is left to chance; that one wins is
     * not.
     *
     * @throws Exception if a decider failed
     */
    @Test
    public void ofConcurrentCreatorsOneWins() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            long epoch = round;
            CyclicBarrier together = new CyclicBarrier(CREATORS);
            List<Callable<EpochRecord>> calls = new ArrayList<>();
            for (int i = 0; i < CREATORS; i++) {
                EpochRecord mine = decision(epoch, "job-" + i);
                calls.add(() -> {
                    int unused = together.await();
                    return catalogue().createIfAbsent(mine, call(ITEM, epoch, "decide-" + mine.job()));
                });
            }
            List<EpochRecord> heard = Concurrently.call(calls);
            assertEquals(1, heard.stream().distinct().count(), () -> "all hear of one decision: " + heard);
            assertEquals(Optional.of(heard.get(0)), read(epoch));
        }
    }

    /** Who does not hear the answer asks with an ABORT, and learns that it was decided. */
    @Test
    public void aDecisionWhoseAnswerWasLostStands() {
        world().loseNextAnswer();
        assertThrows(OutcomeUnknownException.class, () -> decide(decision(2, "job-1")));
        EpochRecord abort = new EpochRecord(
                2,
                EpochRecord.Kind.ABORT,
                Side.PRIMARY,
                Side.RECOVERY,
                new JobId("job-1"),
                Optional.empty(),
                Instant.parse("2025-01-01T12:00:01Z"));
        assertEquals(decision(2, "job-1"), decide(abort));
    }

    /** A decision that comes too late is none. */
    @Test
    public void aLateDecisionIsNotMade() {
        refused("TOO_LATE", () -> catalogue().createIfAbsent(decision(2, "job-1"), late("decide")));
        assertEquals(Optional.empty(), read(2));
        assertEquals(decision(2, "job-2"), decide(decision(2, "job-2")));
    }

    /** Whatever moment the power goes: what is found is nothing or the whole decision, and whoever comes next can decide. */
    @Test
    public void aDecisionIsWholeOrAbsentAfterAPowerCut() {
        long before = powerCut().operations();
        decide(decision(2, "job-1"));
        long operations = powerCut().operations() - before;
        for (long n = 1; n <= operations; n++) {
            anotherWorld();
            powerCut().cutBefore(n);
            assertThrows(Throwable.class, () -> decide(decision(2, "job-1")), "the power was cut");
            powerCut().restore(n);
            Optional<EpochRecord> found = read(2);
            assertTrue(
                    found.isEmpty() || found.get().equals(decision(2, "job-1")),
                    () -> "nothing or the whole decision, not " + found);
            assertEquals(found.orElse(decision(2, "job-2")), decide(decision(2, "job-2")));
            assertEquals(
                    found.or(() -> Optional.of(decision(2, "job-2"))),
                    catalogue().readHighest(ITEM, call("r")));
        }
    }

    /** What was decided is durable before anybody hears of it. */
    @Test
    public void aDecisionThatWasHeardSurvivesAPowerCut() {
        for (long seed = 1; seed <= 8; seed++) {
            anotherWorld();
            decide(decision(2, "job-1"));
            powerCut().restore(seed);
            assertEquals(Optional.of(decision(2, "job-1")), read(2), "seed " + seed);
        }
    }

    // ---- documents

    /** Documents are replaced whole, by item and name. */
    @Test
    public void documentsAreReplacedWhole() {
        assertEquals(Optional.empty(), document("notes"));
        put("notes", "{\"a\":\"" + "x".repeat(100_000) + "\"}");
        put("notes", "{\"b\":\"\u00e4\u6f22\"}");
        put("configuration", "{}");
        put("notes", "{\"b\":\"\u00e4\u6f22\"}");
        world().reopen();
        assertEquals(Optional.of("{\"b\":\"\u00e4\u6f22\"}"), document("notes"));
        assertEquals(Optional.of("{}"), document("configuration"));
        assertEquals(Optional.empty(), catalogue().document(OTHER, "notes", call("read")));
    }

    private void put(String name, String json) {
        catalogue().putDocument(ITEM, name, json, call("put"));
    }

    private Optional<String> document(String name) {
        return catalogue().document(ITEM, name, call("read"));
    }

    /** Names end in file names: what is not plain is refused before anything is written. */
    @Test
    public void documentNamesArePlain() {
        for (String name : List.of("", "A", "a/b", "..", "a.b", "a b", "x".repeat(65))) {
            assertThrows(InvalidRequestException.class, () -> put(name, "{}"), () -> "name '" + name + "'");
        }
        put("x".repeat(64), "{}");
        assertEquals(Optional.of("{}"), document("x".repeat(64)));
    }

    /** A document is the old one or the new one, and the new one once the call returned. */
    @Test
    public void aDocumentIsOldOrNewAfterAPowerCut() {
        String old = "{\"v\":1}";
        String fresh = "{\"v\":\"" + "y".repeat(2000) + "\"}";
        put("notes", old);
        long before = powerCut().operations();
        put("notes", fresh);
        long operations = powerCut().operations() - before;
        powerCut().restore(77);
        assertEquals(Optional.of(fresh), document("notes"), "what the call returned from is durable");
        for (long n = 1; n <= operations; n++) {
            anotherWorld();
            put("notes", old);
            powerCut().cutBefore(n);
            assertThrows(Throwable.class, () -> put("notes", fresh), "the power was cut");
            powerCut().restore(n);
            Optional<String> found = document("notes");
            assertTrue(
                    found.equals(Optional.of(old)) || found.equals(Optional.of(fresh)),
                    () -> "the old document or the new one, not " + found);
            put("notes", fresh);
            assertEquals(Optional.of(fresh), document("notes"));
        }
    }

    // ---- items

    /** Items are listed while they have anything here; forgetting takes all of one, and is done where there is nothing. */
    @Test
    public void itemsAreListedAndForgotten() {
        assertEquals(List.of(), catalogue().items(call("items")));
        decide(decision(1, "job-1"));
        decide(decision(2, "job-2"));
        put("notes", "{}");
        catalogue().putDocument(OTHER, "notes", "{}", call(OTHER, 1, "put"));
        assertEquals(List.of(ITEM, OTHER), catalogue().items(call("items")));
        for (int i = 0; i < 2; i++) {
            catalogue().forget(ITEM, call(ITEM, 2, "forget"));
            assertEquals(List.of(OTHER), catalogue().items(call("items")));
            assertEquals(Optional.empty(), read(2));
            assertEquals(Optional.empty(), document("notes"));
            world().reopen();
        }
        assertEquals(Optional.of("{}"), catalogue().document(OTHER, "notes", call("read")));
        assertEquals(decision(1, "job-3"), decide(decision(1, "job-3")), "an item may come back");
    }

    // ---- contact

    /** Nobody answers: reads say so, and whether a decision was made is not known. */
    @Test
    public void withoutContactReadsMayBeRepeatedAndChangesAreUnknown() {
        world().contact(false);
        assertThrows(RetryableException.class, () -> read(2));
        assertThrows(RetryableException.class, () -> catalogue().readHighest(ITEM, call("t")));
        assertThrows(RetryableException.class, () -> document("notes"));
        assertThrows(RetryableException.class, () -> catalogue().items(call("t")));
        assertThrows(OutcomeUnknownException.class, () -> decide(decision(2, "job-1")));
        assertThrows(OutcomeUnknownException.class, () -> put("notes", "{}"));
        assertThrows(OutcomeUnknownException.class, () -> catalogue().forget(ITEM, call("t")));
        world().contact(true);
        Optional<EpochRecord> found = read(2);
        assertEquals(found.orElse(decision(2, "job-2")), decide(decision(2, "job-2")));
    }
}
