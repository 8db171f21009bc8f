package io.sdr.core.sync;

import java.io.IOException;
import java.nio.file.Path;

/** A process that writes to an image until its input ends. */
public final class LockedTarget {
    private LockedTarget() {}

    public static void main(String[] args) throws IOException {
        TargetLock lock = TargetLock.take(Path.of(args[0]));
        System.out.println("locked");
        int ignored = System.in.read();
        if (args.length > 1) {
            Runtime.getRuntime().halt(1);
        }
        lock.close();
    }
}
