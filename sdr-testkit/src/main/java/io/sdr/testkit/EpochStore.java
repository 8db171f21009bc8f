package io.sdr.testkit;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.api.PointId;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import io.sdr.api.spi.EpochRecord;
import io.sdr.api.spi.StorageFolder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files of a site's catalogue: per item {@code epoch.<n>}, published once, and documents. Several processes may decide at
 * once: the publish of the file decides between them.
 */
final class EpochStore {
    private static final String EPOCH = "epoch.";
    private static final String DOCUMENT = "doc-";
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    private final StorageFolder root;

    EpochStore(StorageFolder root) {
        this.root = root;
    }

    private StorageFolder folder(ItemId item) {
        return root.child(item.value());
    }

    /** Creates a decision unless there is one. Durable on return, whoever made it. */
    synchronized EpochRecord createIfAbsent(ItemId item, EpochRecord decision) {
        StorageFolder folder = folder(item);
        String name = EPOCH + decision.epoch();
        if (folder.find(name).isEmpty()) {
            String temporary = "decision." + decision.job().value() + ".tmp";
            StateDocument.writeTemporary(folder, temporary, text(decision));
            if (!folder.publish(temporary, name)) {
                folder.delete(temporary);
            }
        }
        folder.force();
        return parse(decision.epoch(), StateDocument.readFile(folder, name));
    }

    Optional<EpochRecord> read(ItemId item, long epoch) {
        StorageFolder folder = folder(item);
        String name = EPOCH + epoch;
        return folder.find(name).isEmpty()
                ? Optional.empty()
                : Optional.of(parse(epoch, StateDocument.readFile(folder, name)));
    }

    /** Gives the highest number, without looking into the record. */
    long highest(ItemId item) {
        return folder(item).list().stream()
                .map(StorageFolder.Entry::name)
                .filter(name -> name.startsWith(EPOCH))
                .flatMap(name -> StateDocument.number(name.substring(EPOCH.length())).stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(-1);
    }

    synchronized void putDocument(ItemId item, String name, String json) {
        document(item, name).write(json);
    }

    synchronized Optional<String> readDocument(ItemId item, String name) {
        return document(item, name).read();
    }

    private StateDocument document(ItemId item, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidRequestException(Problem.of("INVALID_NAME")
                    .attempted("use '" + name + "' as the name of a document")
                    .state("nothing was changed")
                    .remedy("use 1 to 64 characters of a-z, 0-9 and '-'"));
        }
        return new StateDocument(folder(item), DOCUMENT + name);
    }

    List<ItemId> items() {
        List<ItemId> items = new ArrayList<>();
        for (String name : root.children()) {
            if (root.child(name).list().stream()
                    .anyMatch(
                            file -> file.name().startsWith(EPOCH) || file.name().startsWith(DOCUMENT))) {
                items.add(new ItemId(name));
            }
        }
        return items;
    }

    /** Deletes everything of an item, decisions last and in ascending order, so that a crash never shows an older one alone. */
    synchronized void forget(ItemId item) {
        StorageFolder folder = folder(item);
        List<Long> epochs = new ArrayList<>();
        for (StorageFolder.Entry file : folder.list()) {
            Optional<Long> epoch = file.name().startsWith(EPOCH)
                    ? StateDocument.number(file.name().substring(EPOCH.length()))
                    : Optional.empty();
            epoch.ifPresentOrElse(epochs::add, () -> folder.delete(file.name()));
        }
        epochs.sort(null);
        for (long epoch : epochs) {
            folder.force();
            folder.delete(EPOCH + epoch);
        }
        folder.force();
        root.deleteChild(item.value());
    }

    private static String text(EpochRecord decision) {
        return new Fields()
                .put("kind", decision.kind())
                .put("from", decision.from())
                .put("to", decision.to())
                .put("job", decision.job())
                .put("point", decision.point().map(PointId::value))
                .put("time", decision.time())
                .text();
    }

    private static EpochRecord parse(long epoch, String text) {
        Fields fields = Fields.parse(text);
        return new EpochRecord(
                epoch,
                EpochRecord.Kind.valueOf(fields.get("kind")),
                Side.valueOf(fields.get("from")),
                Side.valueOf(fields.get("to")),
                new JobId(fields.get("job")),
                fields.find("point").map(PointId::new),
                Instant.parse(fields.get("time")));
    }
}
