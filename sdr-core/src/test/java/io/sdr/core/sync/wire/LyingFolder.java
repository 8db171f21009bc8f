package io.sdr.core.sync.wire;

import io.sdr.api.spi.ForwardingFile;
import io.sdr.api.spi.ForwardingFolder;
import io.sdr.api.spi.LocalFolder;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A real folder whose target image changes one byte of whatever is written to it. */
final class LyingFolder extends ForwardingFolder {
    private LyingFolder(StorageFolder real) {
        super(real);
    }

    static StorageFolder of(Path path) {
        return new LyingFolder(LocalFolder.of(path));
    }

    @Override
    protected StorageFolder wrap(StorageFolder child) {
        return new LyingFolder(child);
    }

    @Override
    protected StorageFile wrap(String name, StorageFile file) {
        return new ForwardingFile(file) {
            @Override
            public void write(long position, ByteBuffer from) {
                if (name.equals("b.img")) {
                    ByteBuffer other = ByteBuffer.allocate(from.remaining()).put(from);
                    other.put(0, (byte) (other.get(0) + 1));
                    super.write(position, other.flip());
                } else {
                    super.write(position, from);
                }
            }
        };
    }
}
