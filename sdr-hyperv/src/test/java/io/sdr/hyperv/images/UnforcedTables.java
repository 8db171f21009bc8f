package io.sdr.hyperv.images;

import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;

/**
 * What becomes of disk files if their formats forget to force tables: a force is not carried out if what was written last lies where
 * the tables are.
 */
final class UnforcedTables extends ForwardingFolder {
    private final String ending;
    private final long tablesFrom;
    private final long tablesEnd;

    /** Takes files of an ending, and where in them tables lie, and the log that is written before them. */
    UnforcedTables(StorageFolder inner, String ending, long tablesFrom, long tablesEnd) {
        super(inner);
        this.ending = ending;
        this.tablesFrom = tablesFrom;
        this.tablesEnd = tablesEnd;
    }

    @Override
    protected StorageFolder wrap(StorageFolder child) {
        return new UnforcedTables(child, ending, tablesFrom, tablesEnd);
    }

    @Override
    protected StorageFile wrap(String name, StorageFile file) {
        return name.endsWith(ending) ? new Unforced(file) : file;
    }

    private final class Unforced extends ForwardingFile {
        private boolean tables;

        Unforced(StorageFile file) {
            super(file);
        }

        @Override
        public void write(long position, ByteBuffer from) {
            tables = position >= tablesFrom && position < tablesEnd;
            super.write(position, from);
        }

        @Override
        public void force() {
            if (!tables) {
                super.force();
            }
        }
    }
}
