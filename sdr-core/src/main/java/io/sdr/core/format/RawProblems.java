package io.sdr.core.format;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFolder;

/** What can be wrong with a raw disk, in words. */
final class RawProblems {
    private RawProblems() {}

    static String path(StorageFolder folder, String file) {
        return folder.describe() + "/" + file;
    }

    static CorruptException damagedMap(String path, String why) {
        return new CorruptException(Problem.of("RAW_MAP_DAMAGED")
                .attempted("read the block map " + path)
                .state(why + "; nothing of the disk was read or changed")
                .remedy("restore the file, or resynchronise the disk"));
    }

    static CorruptException damagedDisk(String path, String why) {
        return new CorruptException(Problem.of("RAW_DISK_DAMAGED")
                .attempted("open the raw disk " + path)
                .state(why)
                .remedy("restore the file, or resynchronise the disk"));
    }

    static InvalidRequestException empty(String path) {
        return new InvalidRequestException(Problem.of("DISK_EMPTY")
                .attempted("open the raw disk " + path)
                .state("the file has 0 bytes")
                .remedy("name a file that holds a disk"));
    }

    static InvalidRequestException notOurs(String path) {
        return new InvalidRequestException(Problem.of("RAW_WITHOUT_MAP")
                .attempted("open " + path + " for writing")
                .state("the file has no block map beside it: it is no disk of sdr's, so it is only read")
                .remedy("copy it into a new disk, and write to that"));
    }

    static InvalidRequestException size(String path, long sizeBytes) {
        return new InvalidRequestException(Problem.of("DISK_SIZE")
                .attempted("make the raw disk " + path)
                .state("a size of " + sizeBytes + " bytes")
                .remedy("ask for at least 1 byte"));
    }

    static InvalidRequestException tooDeep(String path, int depth) {
        return new InvalidRequestException(Problem.of("LAYERS_TOO_DEEP")
                .attempted("make the layer " + path)
                .state("its chain would have more than " + depth + " disks")
                .remedy("fold layers into their base first"));
    }

    static StorageException reopen(String path) {
        return new StorageException(Problem.of(StorageException.FAILED)
                .attempted("write to " + path)
                .state("an earlier force of it failed, so what is durable is not known")
                .remedy("close the disk and open it again"));
    }

    static StorageException missing(String path) {
        return new StorageException(Problem.of(StorageException.MISSING)
                .attempted("move " + path)
                .state("it is neither here nor there")
                .remedy("look for the file"));
    }

    static StorageException exists(String path) {
        return new StorageException(Problem.of(StorageException.FAILED)
                .attempted("make " + path)
                .state("a file of that name exists")
                .remedy("choose another name, or delete the file"));
    }

    static StorageException tooShort(String path, long offset) {
        return new StorageException(Problem.of(StorageException.FAILED)
                .attempted("read " + path)
                .state("the file ends at " + offset + " bytes, before the disk does")
                .remedy("restore the file"));
    }
}
