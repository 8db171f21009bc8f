package io.sdr.testkit;

import io.sdr.api.Consistency;
import io.sdr.api.ItemId;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.Checkpoint;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.StorageFolder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The checkpoints and change marks of a simulated site. A checkpoint exists if and only if its document does, in a folder of its
 * own beside the blocks that it saved. Thread-safe; takes no other lock.
 */
final class Checkpoints {
    /**
     * A checkpoint, or what is left of it as a mark.
     *
     * @param moments for each disk the moment in its change tracking
     */
    record Held(Checkpoint checkpoint, ItemId item, boolean frozen, List<Long> moments) {
        Held asMark() {
            return new Held(checkpoint, item, false, moments);
        }

        Optional<Long> moment(String locator) {
            for (int i = 0; i < moments.size(); i++) {
                if (checkpoint.disks().get(i).locator().equals(locator)) {
                    return Optional.of(moments.get(i));
                }
            }
            return Optional.empty();
        }
    }

    static final String STATE = "state";

    private final StorageFolder root;
    private final SortedMap<String, Held> all = new TreeMap<>();

    Checkpoints(StorageFolder root, SiteId site) {
        this.root = root;
        for (String id : root.children()) {
            Optional<String> text = new StateDocument(root.child(id), STATE).read();
            text.ifPresent(present -> all.put(id, parse(site, id, present)));
            if (!find(id).map(Held::frozen).orElse(false)) {
                clear(id); // what a crash left
            }
        }
    }

    synchronized Optional<Held> find(String id) {
        return Optional.ofNullable(all.get(id));
    }

    synchronized List<Held> list() {
        return List.copyOf(all.values());
    }

    /** Names the moments that somebody still wants of a disk. */
    synchronized Set<Long> moments(String locator) {
        Set<Long> wanted = new HashSet<>();
        all.values().forEach(held -> held.moment(locator).ifPresent(wanted::add));
        return wanted;
    }

    /** Makes or changes a checkpoint. Durable on return. */
    synchronized void put(Held held) {
        String id = held.checkpoint().id();
        new StateDocument(root.child(id), STATE).write(text(held));
        all.put(id, held);
    }

    /** Deletes a checkpoint. Durable on return; its saved blocks go with {@link #clear}. */
    synchronized void delete(String id) {
        new StateDocument(root.child(id), STATE).delete();
        all.remove(id);
    }

    /** Opens the place for what a checkpoint saves of one of its disks. */
    Preimages preimages(String id, DiskRef disk, int index) {
        return Preimages.open(root.child(id), preimagesName(index), disk.sizeBytes());
    }

    /** Deletes what a checkpoint saved. Nobody reads it any more. */
    void clear(String id) {
        StorageFolder folder = root.child(id);
        List<String> files = new ArrayList<>();
        folder.list().stream()
                .map(StorageFolder.Entry::name)
                .filter(name -> name.endsWith(".saved") || name.equals(STATE + ".tmp"))
                .forEach(files::add);
        files.forEach(folder::delete);
        root.deleteChild(id);
    }

    static String preimagesName(int index) {
        return "disk" + index + ".saved";
    }

    private static String text(Held held) {
        Checkpoint checkpoint = held.checkpoint();
        Fields fields = new Fields()
                .put("vm", checkpoint.vm())
                .put("item", held.item())
                .put("time", checkpoint.time())
                .put("consistency", checkpoint.consistency())
                .put("frozen", held.frozen());
        VmRecord.putDisks(fields, checkpoint.disks());
        for (int i = 0; i < held.moments().size(); i++) {
            fields.put("disk." + i + ".moment", held.moments().get(i));
        }
        return fields.text();
    }

    static Held parse(SiteId site, String id, String text) {
        Fields fields = Fields.parse(text);
        List<DiskRef> disks = VmRecord.disks(site, fields);
        List<Long> moments = new ArrayList<>();
        for (int i = 0; i < disks.size(); i++) {
            moments.add(fields.number("disk." + i + ".moment"));
        }
        return new Held(
                new Checkpoint(
                        id,
                        new VmId(fields.get("vm")),
                        Instant.parse(fields.get("time")),
                        Consistency.valueOf(fields.get("consistency")),
                        disks),
                new ItemId(fields.get("item")),
                fields.flag("frozen"),
                List.copyOf(moments));
    }
}
