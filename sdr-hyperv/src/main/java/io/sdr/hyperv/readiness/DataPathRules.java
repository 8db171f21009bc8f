package io.sdr.hyperv.readiness;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be wrong with the way from this process to the files of a host. */
public final class DataPathRules {
    public static final List<Rule<DataPathState>> ALL = List.of(
            Rule.blocker(
                    "NO_DATA_PATH",
                    "This process does not reach the folder, so what lies there can be neither read nor written.",
                    "a way to that folder, or to one above it",
                    "share it for the engine's account, and name the share in the host's FolderMapping",
                    path -> folders(path, Reach.Way.NONE)),
            Rule.blocker(
                    "DATA_PATH_UNREADABLE",
                    "What the folder is mapped to cannot be read by this process, or is not the host's folder.",
                    "the files that the host has there",
                    "look at what it is mapped to, and give the engine's account rights on share and folder",
                    path -> folders(path, Reach.Way.UNREADABLE)),
            Rule.blocker(
                    "DATA_PATH_READ_ONLY",
                    "This process keeps replicas and notes about change tracking there, and may not write.",
                    "Modify on folder and share, for the engine's account",
                    "grant it (icacls, Grant-SmbShareAccess), and see that the folder is there",
                    path -> folders(path, Reach.Way.READ_ONLY)),
            Rule.blocker(
                    "PARENT_ELSEWHERE",
                    "The parent of a differencing disk is looked for beside it only, so the disk cannot be read.",
                    "all files of a disk in one folder",
                    "shut the VM down and Merge-VHD, or move the parent beside it and Set-VHD -ParentPath",
                    path -> path.strayed().stream()
                            .map(each -> Seen.of("disk " + each.disk(), "its parent is " + each.parent()))));

    private DataPathRules() {}

    /** One finding for a host, however many folders it concerns: they have one cause more often than not. */
    private static Stream<Seen> folders(DataPathState path, Reach.Way way) {
        String all = path.reaches().stream()
                .filter(each -> each.way() == way)
                .map(each -> each.folder() + ": " + each.why())
                .distinct()
                .collect(Collectors.joining("; "));
        return Seen.when(!all.isEmpty(), "files of host " + path.host(), all);
    }
}
