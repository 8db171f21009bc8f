package io.sdr.hyperv.provider;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.StorageException;
import io.sdr.api.spi.StorageFile;
import io.sdr.api.spi.StorageFolder;
import io.sdr.hyperv.host.HostScripts;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.host.Volume;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The host on which what belongs to an item is kept and made. It is chosen once, of those that answer and to whose files there is a
 * way: the one with the most room for replicas, of several the first by name. That is noted beside the replicas, and stays so: by a
 * file where hosts share their volumes, else by the item's folder, which is on its host alone. Thread-safe.
 */
public final class Homes {
    private static final Logger LOG = LoggerFactory.getLogger(Homes.class);
    private static final String FOLDER = "homes";
    private static final int LONGEST_NAME = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SiteHosts hosts;
    private final Supplier<Instant> clock;
    private final Map<ItemId, SiteHost> known = new ConcurrentHashMap<>();

    /**
     * Makes one.
     *
     * @param hosts the hosts
     * @param clock tells the present moment
     */
    public Homes(SiteHosts hosts, Supplier<Instant> clock) {
        this.hosts = hosts;
        this.clock = clock;
    }

    /**
     * Tells where an item is at home, or would be: nothing is noted yet.
     *
     * @throws StorageException if a host's files cannot be reached and no other one has the replica
     */
    public SiteHost of(ItemId item) {
        if (hosts.all().size() == 1) {
            return hosts.all().get(0);
        }
        SiteHost there = known.get(item);
        if (there != null) {
            return there;
        }
        Optional<SiteHost> found = (hosts.shareVolumes() ? noted(item) : folderOf(item)).or(() -> choose(item));
        found.ifPresent(host -> known.putIfAbsent(item, host));
        // While nobody answers nothing is made, and the choice is made later.
        return found.map(host -> known.getOrDefault(item, host))
                .orElseGet(() -> hosts.all().get(0));
    }

    /** The host that has the item's folder. */
    private Optional<SiteHost> folderOf(ItemId item) {
        for (SiteHost host : hosts.all()) {
            if (hasFolder(host, item)) {
                return Optional.of(host);
            }
        }
        return Optional.empty();
    }

    private static boolean hasFolder(SiteHost host, ItemId item) {
        StorageFolder folder = host.replicaFolder(item);
        return !folder.list().isEmpty() || !folder.children().isEmpty();
    }

    /** What is noted on the shared volume; an item that was placed before anything was noted is on the first host. */
    private Optional<SiteHost> noted(ItemId item) {
        for (SiteHost host : hosts.all()) {
            try {
                Optional<SiteHost> noted =
                        read(notes(host), HostScripts.name(item)).flatMap(hosts::find);
                if (noted.isPresent()) {
                    return noted;
                }
                return hasFolder(host, item) ? Optional.of(hosts.all().get(0)) : Optional.empty();
            } catch (StorageException | InvalidRequestException unreached) {
                LOG.debug("the files of host {} do not tell where item {} is at home", host, item, unreached);
            }
        }
        return Optional.empty();
    }

    private static StorageFolder notes(SiteHost host) {
        return host.files().folder(host.replicas().child(FOLDER));
    }

    private static Optional<String> read(StorageFolder folder, String name) {
        Optional<StorageFolder.Entry> entry = folder.find(name);
        if (entry.isEmpty() || entry.get().sizeBytes() > LONGEST_NAME) {
            return Optional.empty();
        }
        try (StorageFile file = folder.open(name, Access.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) entry.get().sizeBytes());
            for (int read = 1; bytes.hasRemaining() && read > 0; ) {
                read = file.read(bytes.position(), bytes);
            }
            return Optional.of(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
        }
    }

    /** A host with the room that it has for replicas, where it has the path. */
    private record Room(SiteHost host, OptionalLong freeBytes) {}

    private Optional<SiteHost> choose(ItemId item) {
        CallContext context =
                CallContext.once(item, 0, "place-" + item, clock.get().plus(PATIENCE));
        return hosts.each(host -> room(host, context)).answers().values().stream()
                .filter(room -> room.freeBytes().isPresent())
                .min(Comparator.comparingLong((Room room) -> -room.freeBytes().getAsLong())
                        .thenComparing(room -> room.host().name()))
                .map(Room::host);
    }

    private static Room room(SiteHost host, CallContext context) {
        OptionalLong free = Volume.holding(host.inventory().volumes(context), host.replicas())
                .map(volume -> OptionalLong.of(volume.freeBytes()))
                .orElse(OptionalLong.empty());
        return new Room(host, isReached(host) ? free : OptionalLong.empty());
    }

    private static boolean isReached(SiteHost host) {
        try {
            return host.files().folder(host.replicas()).mayWrite();
        } catch (StorageException | InvalidRequestException unreached) {
            return false;
        }
    }

    /** Says that an item is at home on a host from now on: something of it is made or moved there. */
    void settle(ItemId item, SiteHost host) {
        known.put(item, host);
        if (hosts.shareVolumes() && hosts.all().size() > 1) {
            note(notes(host), HostScripts.name(item), host.name());
        }
    }

    private void note(StorageFolder folder, String name, String host) {
        if (read(folder, name).flatMap(hosts::find).isPresent()) {
            return;
        }
        folder.delete(name); // a host that is no longer one of the site's
        String part = name + "." + Digests.of(host).substring(0, 8) + ".part";
        boolean unused = folder.delete(part);
        try (StorageFile file = folder.create(part)) {
            file.write(0, ByteBuffer.wrap(host.getBytes(StandardCharsets.UTF_8)));
            file.force();
        }
        if (!folder.publish(part, name)) {
            folder.delete(part); // somebody noted it at the same time
        }
        folder.force();
    }

    /** Forgets where an item was: nothing of it is left. */
    void forget(ItemId item) {
        known.remove(item);
        if (hosts.shareVolumes() && hosts.all().size() > 1) {
            try {
                boolean unused = notes(hosts.all().get(0)).delete(HostScripts.name(item));
            } catch (StorageException | InvalidRequestException unreached) {
                LOG.debug("a note about item {} is left", item, unreached);
            }
        }
    }
}
