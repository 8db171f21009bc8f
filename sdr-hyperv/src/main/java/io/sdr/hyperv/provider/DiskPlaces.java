package io.sdr.hyperv.provider;

import io.sdr.api.spi.DiskRef;
import io.sdr.hyperv.host.PlacedDisk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Places of disks at a VM's controllers. A disk that is named after its place at the source gets the same place at its copy; others get
 * the first ones. A VM of the first generation boots from IDE 0:0 only; IDE 1 is left to DVD drives.
 */
final class DiskPlaces {
    private static final Pattern NAME = Pattern.compile("(ide|scsi)-(\\d)-(\\d{1,2})");
    private static final int SCSI_PLACES = 64;

    private DiskPlaces() {}

    static String name(PlacedDisk place) {
        return place.controllerType().toLowerCase(Locale.ROOT) + "-" + place.controllerNumber() + "-"
                + place.controllerLocation();
    }

    /**
     * Places disks.
     *
     * @param disks the disks, in order
     * @param paths their files, in the same order
     * @param generation the VM's
     * @return a place for each, which read in the order of places gives the order of the disks
     */
    static List<PlacedDisk> of(List<DiskRef> disks, List<String> paths, int generation) {
        List<PlacedDisk> own = new ArrayList<>();
        for (int i = 0; i < disks.size(); i++) {
            find(disks.get(i).disk().value(), paths.get(i), generation).ifPresent(own::add);
        }
        Set<String> places = new HashSet<>();
        own.forEach(each -> places.add(name(each)));
        boolean kept = own.size() == disks.size()
                && places.size() == disks.size()
                && DiskBook.ordered(own).equals(own);
        return kept ? own : inOrder(paths, generation);
    }

    private static Optional<PlacedDisk> find(String name, String path, int generation) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches() || (generation > 1 && parts.group(1).equals("ide"))) {
            return Optional.empty();
        }
        return Optional.of(new PlacedDisk(
                Optional.of(path),
                parts.group(1).toUpperCase(Locale.ROOT),
                Integer.parseInt(parts.group(2)),
                Integer.parseInt(parts.group(3))));
    }

    private static List<PlacedDisk> inOrder(List<String> paths, int generation) {
        List<PlacedDisk> places = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            Optional<String> path = Optional.of(paths.get(i));
            int ide = generation == 1 ? 2 : 0;
            places.add(
                    i < ide
                            ? new PlacedDisk(path, "IDE", 0, i)
                            : new PlacedDisk(path, "SCSI", (i - ide) / SCSI_PLACES, (i - ide) % SCSI_PLACES));
        }
        return places;
    }
}
