package io.sdr.testkit;

import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.util.function.Predicate;

/**
 * A folder in which forcing some files, or the folder itself, is forgotten: what careless code would do. Over a {@link CrashFolder}
 * it shows that a crash test would notice a force that is missing.
 */
public final class ForgetfulFolder extends ForwardingFolder {
    /** Stands for the folder itself. */
    public static final String FOLDER = "/";

    private final Predicate<String> forgotten;

    /**
     * Forgets forces from now on, in the folders within, too.
     *
     * @param inner the folder
     * @param forgotten which files, by name; {@link #FOLDER} for the names in the folder
     */
    public ForgetfulFolder(StorageFolder inner, Predicate<String> forgotten) {
        super(inner);
        this.forgotten = forgotten;
    }

    @Override
    protected StorageFolder wrap(StorageFolder child) {
        return new ForgetfulFolder(child, forgotten);
    }

    @Override
    protected StorageFile wrap(String name, StorageFile file) {
        return forgotten.test(name) ? new ForgetfulFile(file) : file;
    }

    @Override
    public void force() {
        if (!forgotten.test(FOLDER)) {
            super.force();
        }
    }

    private static final class ForgetfulFile extends ForwardingFile {
        ForgetfulFile(StorageFile file) {
            super(file);
        }

        @Override
        public void force() {
            // forgotten
        }
    }
}
