package io.sdr.core.sync;

import io.sdr.api.spi.LocalFolder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A process of its own that syncs one image into another and is halted at the nth thing that it does to a file. */
final class KilledSync {
    private KilledSync() {}

    public static void main(String[] args) {
        AtomicInteger left = new AtomicInteger(Integer.parseInt(args[2]));
        InPlaceSync.of(
                        Path.of(args[0]),
                        Path.of(args[1]),
                        InPlaceSync.Mode.valueOf(args[3]),
                        path -> new HaltingFolder(LocalFolder.of(path), left))
                .by(SyncWorkers.of(2, work -> new Thread(work).start()))
                .run();
    }
}
