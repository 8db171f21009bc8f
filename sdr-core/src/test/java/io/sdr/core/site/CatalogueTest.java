package io.sdr.core.site;

import static io.sdr.core.site.Calls.ITEM;
import static io.sdr.core.site.Calls.call;
import static io.sdr.core.site.Calls.decision;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.api.CorruptException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.PointId;
import io.sdr.api.Side;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.ProgressListener;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.CrashFolder;
import io.sdr.testkit.Fault;
import io.sdr.testkit.InMemorySite;
import io.sdr.testkit.MemoryFolder;
import io.sdr.testkit.SimulatedDeath;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueTest {
    private final MemoryFolder root = new MemoryFolder("east");
    private final InMemorySite site = Calls.site(root);
    private final SiteCatalogue catalogue = site.catalogue();

    @Test
    void aDecisionIsMadeOnce() {
        EpochRecord mine = new EpochRecord(
                7,
                EpochRecord.Kind.ABORT,
                Side.RECOVERY,
                Side.PRIMARY,
                new JobId("job-1"),
                Optional.of(new PointId("point-3")),
                Instant.parse("2025-01-01T12:00:00.123456789Z"));
        assertThat(catalogue.readHighest(ITEM, call("t"))).isEmpty();
        assertThat(catalogue.createIfAbsent(mine, call("t"))).isEqualTo(mine);
        assertThat(catalogue.createIfAbsent(decision(7, "job-2"), call("t"))).isEqualTo(mine);
        assertThat(Calls.site(root).catalogue().read(ITEM, 7, call("t"))).contains(mine);
        assertThat(catalogue.createIfAbsent(decision(10, "job-2"), call("t"))).isEqualTo(decision(10, "job-2"));
        assertThat(catalogue.readHighest(ITEM, call("t"))).contains(decision(10, "job-2"));
        assertThat(catalogue.read(ITEM, 8, call("t"))).isEmpty();
        assertThat(catalogue.items(call("t"))).containsExactly(ITEM);
        catalogue.forget(ITEM, call("t"));
        catalogue.forget(ITEM, call("t"));
        assertThat(catalogue.items(call("t"))).isEmpty();
        assertThat(catalogue.readHighest(ITEM, call("t"))).isEmpty();
    }

    @Test
    void aLateDecisionIsRefusedButOneThatExistsIsRead() {
        CallContext late = new CallContext(
                ITEM, 1, "t", 1, Instant.parse("2025-01-01T11:59:59Z"), CancelFlag.NEVER, ProgressListener.NONE);
        SimulatedSiteTest.refused("TOO_LATE", () -> catalogue.createIfAbsent(decision(1, "job-1"), late));
        assertThat(catalogue.readHighest(ITEM, call("t"))).isEmpty();
        catalogue.createIfAbsent(decision(1, "job-2"), call("t"));
        assertThat(catalogue.createIfAbsent(decision(1, "job-1"), late)).isEqualTo(decision(1, "job-2"));
    }

    @Test
    void aLostAnswerLeavesTheDecisionToBeRead() {
        site.faults().at("catalogue.createIfAbsent", 1, new Fault.LosesAnswer());
        assertThatThrownBy(() -> catalogue.createIfAbsent(decision(1, "job-1"), call("t")))
                .isInstanceOf(OutcomeUnknownException.class);
        assertThat(catalogue.createIfAbsent(decision(1, "job-2"), call("t"))).isEqualTo(decision(1, "job-1"));
    }

    @Test
    void oneOfManyWhoDecideAtOnceDecides(@TempDir Path folder) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (long epoch = 1; epoch <= 20; epoch++) {
                List<Callable<EpochRecord>> deciders = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    // a site of its own for each, as for engines in several processes
                    SiteCatalogue own = Calls.site(LocalFolder.of(folder)).catalogue();
                    EpochRecord decision = decision(epoch, "job-" + i);
                    deciders.add(() -> own.createIfAbsent(decision, call("t")));
                }
                Set<EpochRecord> seen = new HashSet<>();
                for (Future<EpochRecord> each : threads.invokeAll(deciders)) {
                    seen.add(each.get());
                }
                assertThat(seen).as("epoch " + epoch).hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void damageIsNamed() {
        catalogue.createIfAbsent(decision(1, "job-1"), call("t"));
        catalogue.putDocument(ITEM, "manifest", "{}", call("t"));
        StorageFolder folder = root.child("catalogue").child(ITEM.value());
        for (String name : List.of("epoch.1", "doc-manifest.1")) {
            try (StorageFile file = folder.open(name, Access.WRITE)) {
                ByteBuffer last = ByteBuffer.allocate(1);
                file.read(file.size() - 2, last);
                file.write(file.size() - 2, ByteBuffer.wrap(new byte[] {(byte) (last.get(0) ^ 4)}));
            }
        }
        assertThatThrownBy(() -> catalogue.readHighest(ITEM, call("t")))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("catalogue/item-1/epoch.1");
        assertThatThrownBy(() -> catalogue.document(ITEM, "manifest", call("t")))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("catalogue/item-1/doc-manifest.1");
    }

    @Test
    void documentsAreReplacedWhole() {
        String json = "{\"text\": \"two\nlines \\n\u00e4\u4e16\"}";
        assertThat(catalogue.document(ITEM, "a", call("t"))).isEmpty();
        for (String text : List.of(json, "", "x".repeat(100_000))) {
            catalogue.putDocument(ITEM, "a", text, call("t"));
            catalogue.putDocument(ITEM, "a-b", text + "2", call("t"));
            assertThat(Calls.site(root).catalogue().document(ITEM, "a", call("t")))
                    .contains(text);
            assertThat(catalogue.document(ITEM, "a-b", call("t"))).contains(text + "2");
        }
        assertThat(catalogue.items(call("t"))).containsExactly(ITEM);
        for (String name : List.of("", "A", "a.1", "../x", "x".repeat(65))) {
            SimulatedSiteTest.refused("INVALID_NAME", () -> catalogue.putDocument(ITEM, name, "", call("t")));
        }
    }

    /** At every write of the storage: afterwards the decision is there whole or not at all, and a document is old or new. */
    @Test
    void deathLeavesAllOrNothing() {
        for (long n = 1; ; n++) {
            CrashFolder storage = CrashFolder.over(new MemoryFolder("east"));
            SiteCatalogue dying = Calls.site(storage).catalogue();
            dying.putDocument(ITEM, "a", "old", call("t"));
            dying.createIfAbsent(decision(1, "job-1"), call("t"));
            storage.dieBefore(storage.operations() + n);
            boolean died = true;
            try {
                dying.createIfAbsent(decision(2, "job-1"), call("t"));
                dying.putDocument(ITEM, "a", "new", call("t"));
                dying.forget(new ItemId("item-2"), call("t"));
                died = false;
            } catch (SimulatedDeath expected) {
                // as wanted
            }
            for (long seed = 0; seed < 6; seed++) {
                SiteCatalogue found = Calls.site(storage.afterCrash(seed)).catalogue();
                Optional<EpochRecord> highest = found.readHighest(ITEM, call("t"));
                assertThat(highest).isIn(Optional.of(decision(1, "job-1")), Optional.of(decision(2, "job-1")));
                Optional<String> document = found.document(ITEM, "a", call("t"));
                assertThat(document).isIn(Optional.of("old"), Optional.of("new"));
                if (document.equals(Optional.of("new"))) {
                    assertThat(highest).as("what returned before is durable").contains(decision(2, "job-1"));
                }
                EpochRecord decided = found.createIfAbsent(decision(2, "job-9"), call("t"));
                assertThat(decided.job().value()).isIn("job-1", "job-9");
                assertThat(found.readHighest(ITEM, call("t"))).contains(decided);
                found.putDocument(ITEM, "a", "newer", call("t"));
                assertThat(found.document(ITEM, "a", call("t"))).contains("newer");
            }
            if (!died) {
                return;
            }
        }
    }
}
