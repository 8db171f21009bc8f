package io.sdr.core.replication;

import io.sdr.api.spi.ReplicaStatus.Role;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what died runs left behind: files of ours that no manifest names. */
final class Cleanup {
    private static final Logger LOG = LoggerFactory.getLogger(Cleanup.class);

    private final ReplicaFiles files;

    Cleanup(ReplicaFiles files) {
        this.files = files;
    }

    /**
     * Deletes them, but for parts of the next cycle, which may be gone on with.
     *
     * @param inUse tells layers that a VM still has attached, although no manifest names them any more
     */
    void run(Manifest m, Predicate<String> inUse) {
        run(m, inUse, m.role() == Role.REPLICA ? "redo." + (m.received() + 1) + "." : "/");
    }

    /**
     * Deletes them and whatever had been received of the next cycle, durably: perhaps nobody will look here again.
     *
     * @return whether all are gone; if not, the next time will do it
     */
    boolean runAll(Manifest m, Predicate<String> inUse) {
        boolean allGone = run(m, inUse, "/");
        files.folder().force();
        return allGone;
    }

    private boolean run(Manifest m, Predicate<String> inUse, String next) {
        Set<String> named = m.namedFiles();
        List<String> gone = new ArrayList<>();
        for (Entry each : files.folder().list()) {
            String name = each.name();
            Optional<String> main = mainFile(name, named);
            boolean temporary = name.startsWith("manifest.") && name.endsWith(".tmp");
            boolean unnamed = ReplicaFiles.isOurs(name) && main.isEmpty() && !name.startsWith(next);
            boolean outdated = ManifestStore.generation(name).orElse(Long.MAX_VALUE) < m.generation() - 1;
            if (temporary || outdated || (unnamed && !isInUse(name, inUse))) {
                gone.add(name);
            }
        }
        gone.sort(Comparator.reverseOrder()); // files beside a main file, which begin with its name, go before it
        boolean allGone = true;
        for (String each : gone) {
            try {
                files.folder().delete(each);
            } catch (StorageException e) {
                allGone = false;
                LOG.warn("item {}: {} stays until the next time", m.item(), each, e);
            }
        }
        if (!m.isBaseTorn() && new Marker(files).exists()) {
            new Marker(files).remove();
        }
        return allGone;
    }

    private static Optional<String> mainFile(String name, Set<String> named) {
        return named.stream()
                .filter(each -> name.equals(each) || name.startsWith(each + "."))
                .findFirst();
    }

    private static boolean isInUse(String name, Predicate<String> inUse) {
        if (!name.startsWith("layer.")) {
            return false;
        }
        for (String main = name; ; main = main.substring(0, main.lastIndexOf('.'))) {
            if (inUse.test(main)) {
                return true;
            }
            if (main.endsWith(".run") || main.endsWith(".over") || main.lastIndexOf('.') < 0) {
                return false;
            }
        }
    }
}
