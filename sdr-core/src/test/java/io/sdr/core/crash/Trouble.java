package io.sdr.core.crash;

import io.sdr.api.DiskId;
import io.sdr.api.Side;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.testkit.SimulatedSite;
import java.nio.ByteBuffer;

/** What breaks an item's history: at the source, in the replica, or in the sizes of disks. */
final class Trouble {
    private static final long GROWN = 4 * 65_536L + 1025;

    private final Life life;
    private final Side active;

    Trouble(Life life, Side active) {
        this.life = life;
        this.active = active;
    }

    void make(Deed deed) {
        switch (deed) {
            case RESYNC_HISTORY_LOST, RESYNC_IN_PLACE -> whileOff(() -> source().loseTracking(life.vm(active)));
            case RESYNC_SUSPECT -> eachBase(this::edit);
            case RESYNC_MISSING ->
                eachBase(base -> replica().list().stream()
                        .map(StorageFolder.Entry::name)
                        .filter(name -> name.startsWith(base))
                        .forEach(replica()::delete));
            case GROW_REPLICA ->
                whileOff(() -> {
                    life.engine().runDue(); // layers are folded, so that the disk can grow
                    source().growDisk(life.vm(active), new DiskId("disk0"), GROWN);
                    life.truth().grown(0, GROWN);
                    life.engine().runDue();
                });
            default -> throw new IllegalArgumentException(deed + " needs no trouble");
        }
    }

    private SimulatedSite source() {
        return life.world().site(active);
    }

    private void whileOff(Runnable what) {
        source().turnOffBehindTheBack(life.vm(active));
        what.run();
        source().powerOn(life.vm(active));
    }

    private StorageFolder replica() {
        return life.world()
                .site(active.other())
                .root()
                .child("replicas")
                .child(life.itemId().value());
    }

    private interface OnBase {
        void base(String name);
    }

    private void eachBase(OnBase what) {
        replica().list().stream()
                .map(StorageFolder.Entry::name)
                .filter(name -> name.matches("d[0-9]+\\.base\\.[a-z]+"))
                .forEach(what::base);
    }

    private void edit(String base) {
        try (StorageFile file = replica().open(base, Access.WRITE)) {
            ByteBuffer some = ByteBuffer.allocate(30_000);
            int unused = file.read(4096, some);
            some.flip();
            for (int i = 0; i < some.limit(); i++) {
                some.put(i, (byte) ~some.get(i));
            }
            file.write(4096, some);
            file.force();
        }
    }
}
