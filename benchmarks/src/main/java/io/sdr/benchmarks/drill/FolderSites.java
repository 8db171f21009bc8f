package io.sdr.benchmarks.drill;

import io.sdr.api.ItemId;
import io.sdr.api.Side;
import io.sdr.api.Site;
import java.nio.file.Path;

/** The drill's sites as folders. */
final class FolderSites implements DrillSites {
    static FolderSites open(DrillFolder folder, DrillJournal journal, ImageFile image, DrillConsole console) {
        return new FolderSites();
    }

    @Override
    public Site site(Side side) {
        throw new UnsupportedOperationException();
    }

    @Override
    public GuestDisk guest(Side side) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path attached(Side side) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path replica(Side side, ItemId item) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void turnOff(Side side, ItemId item, long epoch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
