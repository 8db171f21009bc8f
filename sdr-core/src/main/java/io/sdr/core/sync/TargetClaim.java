package io.sdr.core.sync;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A short-lived file beside a target image by which the other end finds out whether its source is the same file, through whatever
 * mount it sees it. One that a crash left behind says nothing, since each claim is drawn anew.
 */
final class TargetClaim {
    private static final String ENDING = ".sdr-claim";
    private static final int MAX_BYTES = 128;

    private TargetClaim() {}

    static void place(StorageFolder folder, String file, String claim) {
        folder.delete(file + ENDING);
        try (StorageFile made = folder.create(file + ENDING)) {
            made.write(0, ByteBuffer.wrap(claim.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    static boolean isOn(StorageFolder folder, String file, String claim) {
        if (folder.find(file + ENDING).isEmpty()) {
            return false;
        }
        ByteBuffer content = ByteBuffer.allocate(MAX_BYTES);
        try (StorageFile found = folder.open(file + ENDING, Access.READ)) {
            found.read(0, content);
        } catch (StorageException e) {
            return false; // taken away meanwhile, so it was not ours
        }
        return new String(content.array(), 0, content.position(), StandardCharsets.US_ASCII).equals(claim);
    }

    static void remove(StorageFolder folder, String file) {
        folder.delete(file + ENDING);
    }
}
