package io.sdr.hyperv.access;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A data path for hosts whose folders this process sees under other paths, such as a share: each folder of the host is mapped to one of
 * this process. The deepest mapping that holds a path is used; what no mapping holds is refused. Immutable.
 *
 * <pre>{@code
 * DataPath files = FolderMapping.of("D:\\VMs", Path.of("\\\\hv-01\\VMs")).and("D:\\sdr", Path.of("\\\\hv-01\\sdr"));
 * }</pre>
 */
public final class FolderMapping implements DataPath {
    private record Entry(HostPath host, StorageFolder here) {}

    private final List<Entry> entries;

    private FolderMapping(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Maps a folder.
     *
     * @param onHost the folder's path on the host
     * @param here the same folder, as this process sees it
     * @return the mapping
     * @throws InvalidRequestException code {@code INVALID_PATH}
     */
    public static FolderMapping of(String onHost, Path here) {
        return new FolderMapping(List.of()).and(onHost, here);
    }

    /**
     * Maps a folder.
     *
     * @param onHost the folder's path on the host
     * @param here the same folder, as this process sees it
     * @return the mapping
     */
    public static FolderMapping of(HostPath onHost, StorageFolder here) {
        return new FolderMapping(List.of()).and(onHost, here);
    }

    /**
     * Maps another folder as well.
     *
     * @param onHost the folder's path on the host
     * @param here the same folder, as this process sees it
     * @return a copy
     * @throws InvalidRequestException code {@code INVALID_PATH}
     */
    public FolderMapping and(String onHost, Path here) {
        return and(HostPath.of(onHost), LocalFolder.of(here));
    }

    /**
     * Maps another folder as well.
     *
     * @param onHost the folder's path on the host
     * @param here the same folder, as this process sees it
     * @return a copy
     */
    public FolderMapping and(HostPath onHost, StorageFolder here) {
        List<Entry> more = new ArrayList<>(entries);
        more.add(new Entry(onHost, here));
        return new FolderMapping(more);
    }

    @Override
    public StorageFolder folder(HostPath folder) {
        StorageFolder best = null;
        int rest = Integer.MAX_VALUE;
        for (Entry entry : entries) {
            Optional<List<String>> below = folder.below(entry.host);
            if (below.isPresent() && below.get().size() < rest) {
                rest = below.get().size();
                best = entry.here;
                for (String name : below.get()) {
                    best = best.child(name);
                }
            }
        }
        if (best == null) {
            throw new InvalidRequestException(Problem.of("NO_DATA_PATH")
                    .attempted("reach the folder " + folder + " of a host")
                    .state("it lies outside the mapped folders "
                            + entries.stream().map(Entry::host).toList() + "; nothing was opened")
                    .remedy("map it, or a folder above it, to one that this process sees"));
        }
        return best;
    }
}
