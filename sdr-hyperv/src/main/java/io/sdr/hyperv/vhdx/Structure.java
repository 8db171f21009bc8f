package io.sdr.hyperv.vhdx;

import io.sdr.api.spi.StorageFile;
import io.sdr.hyperv.blocks.ImageFile;
import io.sdr.hyperv.blocks.Rules;
import io.sdr.hyperv.blocks.SpaceMap;
import java.util.Optional;
import java.util.UUID;

/**
 * All that a file says of itself, checked. The log is looked at first: what it holds goes before everything that is read later.
 *
 * @param file the file, seen through its log
 * @param headers its headers
 * @param regions where its tables are
 * @param parameters what disk it is
 * @param space which MiB are used
 * @param dataBytes bytes of allocated payload
 * @param log what waits to be applied
 */
record Structure(
        ImageFile file,
        Headers headers,
        RegionTable regions,
        Parameters parameters,
        SpaceMap space,
        long dataBytes,
        Optional<ReplayedLog> log) {

    /** Reads a file, without changing it. */
    static Structure read(StorageFile storage, Rules rules) {
        ImageFile file = new ImageFile(storage, rules.file());
        Headers headers = Headers.read(file, rules);
        Optional<ReplayedLog> log = Optional.empty();
        if (!headers.current().log().equals(Guids.NONE)) {
            ReplayedLog replayed = new ReplayedLog(new LogReader(file, headers.current()).activeSequence(rules));
            file.seeThrough(replayed);
            log = Optional.of(replayed);
        }
        SpaceMap space = new SpaceMap(Headers.MIB);
        RegionTable regions = RegionTable.read(file, headers.current(), space, rules);
        MetadataTable metadata = MetadataTable.read(file, regions.metadata(), rules);
        Parameters parameters = Parameters.read(file, metadata, rules);
        long dataBytes = BatScan.scan(file, parameters, regions.bat(), space, rules);
        return new Structure(file, headers, regions, parameters, space, dataBytes, log);
    }

    /** Gives what a child names this disk by (2.2.2). */
    UUID dataWrite() {
        return headers.current().dataWrite();
    }

    /** Writes what waits in the log, and says that nothing does any more. */
    void applyLog() {
        log.ifPresent(replayed -> {
            file.seeNothingElse();
            replayed.apply(file);
            headers.logApplied();
        });
    }
}
