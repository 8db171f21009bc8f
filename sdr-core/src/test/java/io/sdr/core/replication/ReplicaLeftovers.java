package io.sdr.core.replication;

import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.replication.Manifest.Carried;
import io.sdr.core.replication.Manifest.Cycle;
import io.sdr.core.replication.Manifest.Unfinished;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a replica's folder holds and needs, told from its manifest, for tests that look for what was left behind. */
public final class ReplicaLeftovers {
    private ReplicaLeftovers() {}

    private static Optional<Manifest> manifest(StorageFolder folder) {
        return new Replica(folder, DiskFormats.installed()).look();
    }

    /**
     * Lists what holds the replica back or is there at all.
     *
     * @param folder the replica's folder
     * @return {@code replica} if there is one, and {@code hold} for each job that holds a point
     */
    public static List<String> standing(StorageFolder folder) {
        List<String> standing = new ArrayList<>();
        manifest(folder).ifPresent(m -> {
            standing.add("replica");
            m.holders().keySet().forEach(job -> standing.add("hold"));
        });
        return standing;
    }

    /**
     * Lists the files that nothing names.
     *
     * @param folder the replica's folder
     * @return their names; of manifests those before the last two
     */
    public static List<String> unnamed(StorageFolder folder) {
        Optional<Manifest> found = manifest(folder);
        return folder.list().stream()
                .map(StorageFolder.Entry::name)
                .filter(name -> found.isEmpty() || !isNamed(found.get(), name))
                .toList();
    }

    /**
     * Lists the files that nothing names and that the next cycle does not go on with either.
     *
     * @param folder the replica's folder
     * @return their names
     */
    public static List<String> leftBehind(StorageFolder folder) {
        String next = manifest(folder)
                .filter(m -> m.role() == Role.REPLICA)
                .map(m -> "redo." + (m.received() + 1) + ".")
                .orElse("/");
        return unnamed(folder).stream().filter(name -> !name.startsWith(next)).toList();
    }

    private static boolean isNamed(Manifest m, String name) {
        if (name.startsWith("manifest.")) {
            return ManifestStore.generation(name).orElse(0) >= m.generation() - 1;
        }
        return m.namedFiles().stream().anyMatch(each -> name.equals(each) || name.startsWith(each + "."))
                || m.disks().stream().anyMatch(each -> name.equals(each.base()) || name.startsWith(each.base() + "."));
    }

    /**
     * Lists the marks that a replica needs at its source.
     *
     * @param folder the replica's folder
     * @return their ids
     */
    public static Set<String> marks(StorageFolder folder) {
        Set<String> marks = new TreeSet<>();
        manifest(folder).ifPresent(m -> {
            m.cycles().stream().map(Cycle::mark).forEach(marks::add);
            m.unfinished().map(Unfinished::mark).ifPresent(marks::add);
            m.carried().flatMap(Carried::from).ifPresent(marks::add);
        });
        return marks;
    }
}
