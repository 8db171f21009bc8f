package io.sdr.hyperv.provider;

import io.sdr.api.spi.StorageFolder;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.host.SiteHost;
import java.util.Collection;
import java.util.Locale;

/**
 * Remembers of which marks the change tracking of a disk tells the whole truth. Hyper-V tracks what a VM writes; what this library writes
 * to a disk without its VM it does not see. So each mark is noted, as an empty file beside the replicas, before its checkpoint is made,
 * and a disk's notes are deleted before anybody opens it for writing: a mark without a note is worth nothing.
 */
final class TrackedMarks {
    private static final String FOLDER = "tracking";

    private TrackedMarks() {}

    private static StorageFolder folder(SiteHost host) {
        return host.files().folder(host.replicas().child(FOLDER));
    }

    private static String disk(HostPath path) {
        return Digests.of(path.toString().toUpperCase(Locale.ROOT)).substring(0, 32) + ".";
    }

    static void note(SiteHost host, Collection<HostPath> disks, CheckpointName mark) {
        StorageFolder folder = folder(host);
        for (HostPath path : disks) {
            String name = disk(path) + mark.value();
            if (folder.find(name).isEmpty()) {
                folder.create(name).close();
            }
        }
        folder.force();
    }

    static boolean isNoted(SiteHost host, HostPath disk, CheckpointName mark) {
        return folder(host).find(disk(disk) + mark.value()).isPresent();
    }

    /** Takes all notes of a mark back. */
    static void forget(SiteHost host, CheckpointName mark) {
        StorageFolder folder = folder(host);
        for (StorageFolder.Entry entry : folder.list()) {
            if (entry.name().endsWith("." + mark.value())) {
                boolean unused = folder.delete(entry.name());
            }
        }
    }

    /** Takes all notes of a disk back, durably: it is about to be written without its VM. */
    static void lose(SiteHost host, HostPath disk) {
        StorageFolder folder = folder(host);
        boolean any = false;
        for (StorageFolder.Entry entry : folder.list()) {
            if (entry.name().startsWith(disk(disk))) {
                any |= folder.delete(entry.name());
            }
        }
        if (any) {
            folder.force();
        }
    }
}
