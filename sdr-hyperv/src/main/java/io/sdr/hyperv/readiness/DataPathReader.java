package io.sdr.hyperv.readiness;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.DiskFile;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.VmFacts;
import io.sdr.hyperv.readiness.DataPathState.Strayed;
import io.sdr.hyperv.readiness.Reach.Way;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Looks whether this process reaches what it must of a host's files. Opens and changes nothing. */
final class DataPathReader {
    /** Longer chains are refused by the formats, too. */
    private static final int LONGEST_CHAIN = 64;

    private DataPathReader() {}

    /** The files of a VM's disks, down to the parents that are where they are looked for. */
    record DiskFiles(List<HostPath> files, List<Strayed> strayed) {
        /** Asks the VM's host; files that it cannot describe are taken to have no parents. */
        static DiskFiles of(VmFacts vm, SiteHost host, CallContext context) {
            List<HostPath> files = new ArrayList<>();
            List<Strayed> strayed = new ArrayList<>();
            List<HostPath> level = vm.disks().stream()
                    .filter(disk -> !disk.passThrough()) // what Hyper-V gives as its path is a text
                    .flatMap(disk -> disk.path().stream())
                    .map(HostPath::of)
                    .toList();
            for (int i = 0; i < LONGEST_CHAIN && !level.isEmpty(); i++) {
                files.addAll(level);
                List<String> paths = level.stream().map(HostPath::toString).toList();
                Fact<List<DiskFile>> described = Fact.ask(() -> host.disks().describe(paths, context));
                List<HostPath> next = new ArrayList<>();
                for (DiskFile file : described.value().orElse(List.of())) {
                    file.parent().map(HostPath::of).ifPresent(parent -> {
                        if (parent.parent().equals(HostPath.of(file.path()).parent())) {
                            next.add(parent);
                        } else {
                            strayed.add(new Strayed(file.path(), parent.toString()));
                        }
                    });
                }
                level = next;
            }
            return new DiskFiles(files, strayed);
        }
    }

    /** A host on which a VM is: the files of its disks, and the folder of replicas with its notes. */
    static DataPathState source(SiteHost host, DiskFiles disks) {
        return new DataPathState(host.name(), reaches(host, disks), disks.strayed());
    }

    /** A host to which the VM may move: it has the same files. */
    static DataPathState otherNode(SiteHost host, DiskFiles disks) {
        return new DataPathState(host.name(), reaches(host, disks), List.of());
    }

    /** A host that keeps replicas. */
    static DataPathState target(SiteHost host) {
        return new DataPathState(host.name(), List.of(replicas(host)), List.of());
    }

    private static List<Reach> reaches(SiteHost host, DiskFiles disks) {
        Map<HostPath, List<String>> names = new LinkedHashMap<>();
        disks.files()
                .forEach(file -> names.computeIfAbsent(file.parent(), folder -> new ArrayList<>())
                        .add(file.name()));
        List<Reach> reaches = new ArrayList<>();
        names.forEach((folder, own) -> reaches.add(reach(host, folder, there -> missing(there, own))));
        reaches.add(replicas(host));
        return reaches;
    }

    /** What stands in the way to a folder that was said to be the host's. */
    private record Trouble(Way way, String why) {}

    private static Reach replicas(SiteHost host) {
        return reach(host, host.replicas(), folder -> {
            List<?> unused = folder.list();
            return folder.mayWrite()
                    ? Optional.empty()
                    : Optional.of(new Trouble(Way.READ_ONLY, "it takes no files of this process"));
        });
    }

    private static Optional<Trouble> missing(StorageFolder folder, List<String> names) {
        List<String> missing = names.stream()
                .distinct()
                .filter(name -> folder.find(name).isEmpty())
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Trouble(Way.UNREADABLE, folder.describe() + " does not show " + missing));
    }

    private static Reach reach(SiteHost host, HostPath path, Function<StorageFolder, Optional<Trouble>> look) {
        StorageFolder folder;
        try {
            folder = host.files().folder(path);
        } catch (InvalidRequestException outside) {
            return new Reach(path, Way.NONE, outside.problem().state());
        }
        try {
            return look.apply(folder)
                    .map(found -> new Reach(path, found.way(), found.why()))
                    .orElseGet(() -> new Reach(path, Way.OPEN, ""));
        } catch (StorageException unreadable) {
            return new Reach(path, Way.UNREADABLE, unreadable.problem().state());
        }
    }
}
