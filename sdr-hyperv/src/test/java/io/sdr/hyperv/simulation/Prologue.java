package io.sdr.hyperv.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** What the functions of {@code prologue.ps1} do. */
final class Prologue {
    private Prologue() {}

    /** The item's files in one folder of the catalogue. Fails where the catalogue is missing; an item without files has none. */
    static List<Path> records(Asked asked, SimulatedHost host, String folder, String pattern) {
        List<Path> files = new ArrayList<>();
        for (Path item : folders(catalogue(asked, host), asked.text("item"))) {
            for (Path records : folders(item, folder)) {
                files.addAll(matching(records, pattern).stream()
                        .filter(Files::isRegularFile)
                        .toList());
            }
        }
        return files;
    }

    static Path catalogue(Asked asked, SimulatedHost host) {
        Path catalogue = host.real(asked.text("catalogue"));
        if (!Files.isDirectory(catalogue)) {
            throw HostError.dotNet("DirectoryNotFoundException", HostError.PATH_NOT_FOUND, "no folder " + catalogue);
        }
        return catalogue;
    }

    static List<Path> folders(Path folder, String pattern) {
        return matching(folder, pattern).stream().filter(Files::isDirectory).toList();
    }

    /** Names of Windows: case does not count; a star stands for anything. */
    private static List<Path> matching(Path folder, String pattern) {
        String expression = "(?i)\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E";
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path each : all) {
                if (String.valueOf(each.getFileName()).matches(expression)) {
                    found.add(each);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(Path::compareTo);
        return found;
    }

    /** Where a note about a VM lies, whatever item it belongs to. */
    static Path note(Asked asked, SimulatedHost host, String kind, String id) {
        return host.real(asked.text("catalogue") + "\\" + kind + "\\" + id);
    }

    static void writeNote(Asked asked, SimulatedHost host, String kind, String id, String text) {
        Path note = note(asked, host, kind, id);
        try {
            Files.createDirectories(note.getParent());
            Path part = note.resolveSibling(id + "." + host.world().newId() + ".part");
            Files.writeString(part, text, StandardCharsets.UTF_8);
            Files.move(part, note, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The lines of such a note; none where there is no note. */
    static List<String> noteLines(Asked asked, SimulatedHost host, String kind, String id) {
        Path note = note(asked, host, kind, id);
        return Files.exists(note) ? read(note).lines().toList() : List.of();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw HostError.dotNet("FileNotFoundException", HostError.FILE_NOT_FOUND, "no file " + file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes such a file whole; fails where the name exists. */
    static void publish(Asked asked, SimulatedHost host, String folder, String name, String text) {
        Path records = catalogue(asked, host).resolve(asked.text("item")).resolve(folder);
        try {
            Files.createDirectories(records);
            if (!matching(records, name).isEmpty()) {
                throw HostError.dotNet("IOException", HostError.FILE_EXISTS, "the file " + name + " exists");
            }
            Path part = records.resolve(host.world().newId().replace("-", "") + ".part");
            Files.writeString(part, text, StandardCharsets.UTF_8);
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(part, records.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes what was written down of a checkpoint or a mark that is given up. */
    static void forget(Asked asked, SimulatedHost host, String id) {
        for (Path record : records(asked, host, "checkpoint", "*.made")) {
            if (!Files.exists(record) || !read(record).equalsIgnoreCase(id)) {
                continue;
            }
            mayAct(asked, host);
            String begun = String.valueOf(record.getFileName()).replaceFirst("(\\.mark)?\\.made$", "");
            records(asked, host, "checkpoint", begun + ".*job*").forEach(Prologue::delete);
            for (String ending : List.of(".mark", ".asked", "", ".mark.made", ".level", ".made")) {
                delete(record.resolveSibling(begun + ending));
            }
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stands just before every change: it must not be too late by this host's clock, and nobody may have decided since. */
    static void mayAct(Asked asked, SimulatedHost host) {
        long late = host.clock().toEpochMilli() - asked.number("notAfter");
        String attempt = asked.text("attempt");
        if (late > 0) {
            throw HostError.refuse("TOO_LATE", "attempt " + attempt + " is " + late + " ms late");
        }
        long epoch = asked.number("epoch");
        for (Path record : records(asked, host, "epoch", "*")) {
            String name = String.valueOf(record.getFileName());
            if (name.matches("\\d{1,18}") && Long.parseLong(name) > epoch) {
                throw HostError.refuse("STALE_EPOCH", "epoch " + name + " was decided, attempt " + attempt);
            }
        }
        host.world().acts();
    }

    static SimulatedVm findVm(Asked asked, SimulatedHost host) {
        return findVm(asked.guid("vm"), host);
    }

    static SimulatedVm findVm(String id, SimulatedHost host) {
        return lookVm(id, host).orElseThrow(() -> HostError.refuse("UNKNOWN_VM", "VM " + id + " is not on this host"));
    }

    static Optional<SimulatedVm> lookVm(String id, SimulatedHost host) {
        if (!host.settings().modules.containsKey("Hyper-V")) {
            throw HostError.noCommand("Get-VM");
        }
        return host.find(id);
    }

    /** The lines of notes that belong to this library. */
    static List<String> tags(String notes) {
        return Arrays.stream(notes.split("\r?\n", -1))
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("sdr:"))
                .toList();
    }

    static ObjectNode place(SimulatedDrive drive, String path) {
        return Json.object()
                .put("path", path)
                .put("controllerType", drive.controllerType())
                .put("controllerNumber", drive.controllerNumber())
                .put("controllerLocation", drive.controllerLocation());
    }

    /** Deletes as [IO.File]::Delete does: a file that is not there is no error, a folder that is not there is one. */
    static void deleteFile(Path file) {
        if (!Files.isDirectory(file.getParent())) {
            throw HostError.dotNet("DirectoryNotFoundException", HostError.PATH_NOT_FOUND, "no folder of " + file);
        }
        delete(file);
    }

    /** What the log of this host tells of a VM. */
    static ObjectNode life(ObjectNode fields, SimulatedHost host, String id) {
        fields.set("lastStart", Json.iso(host.log().last(SimulatedVm.Edge.START, id)));
        fields.set("lastStop", Json.iso(host.log().last(SimulatedVm.Edge.END, id)));
        fields.set("logFrom", Json.iso(host.log().from()));
        return fields.put("logEmpty", host.log().isEmpty());
    }

    /** What is seen of a VM. */
    static ObjectNode seen(Asked asked, SimulatedHost host, String id) {
        SimulatedVm vm = findVm(id, host);
        host.checkpoints().isMerging(vm);
        ObjectNode seen = Json.object();
        seen.put("vm", vm.id).put("name", vm.name).put("state", vm.state().name());
        seen.put("heartbeat", vm.power.heartbeatStatus());
        seen.put("uptimeMillis", vm.power.uptime().toMillis());
        seen.put("clock", Json.iso(host.clock()));
        seen.put("hostStart", Json.iso(host.bootTime()));
        life(seen, host, vm.id);
        seen.put("created", Json.iso(vm.created));
        Path stop = note(asked, host, "stop", vm.id);
        if (Files.exists(stop)) {
            seen.set(
                    "notedOff",
                    Json.iso(Optional.of(read(stop))
                            .filter(text -> !text.isEmpty())
                            .map(Instant::parse)));
        } else {
            seen.putNull("notedOff");
        }
        seen.put("automaticStart", vm.automaticStart);
        seen.put("locked", Files.exists(note(asked, host, "lock", vm.id)));
        seen.put("clustered", vm.cluster.isPresent()).put("generation", vm.generation);
        seen.set("diskNames", Json.texts(noteLines(asked, host, "disks", vm.id)));
        seen.set("addresses", Json.texts(noteLines(asked, host, "addresses", vm.id)));
        seen.set("unaddressed", Json.texts(noteLines(asked, host, "unaddressed", vm.id)));
        seen.set("tags", Json.texts(tags(vm.notes)));
        seen.set("disks", Json.each(vm.drives, drive -> place(drive, drive.file())));
        return seen;
    }

    /** What is seen of a VM's Hyper-V Replica. */
    static ObjectNode replicated(SimulatedHost host, String id) {
        SimulatedVm vm = findVm(id, host);
        ReplicaEnd end = vm.replica;
        ObjectNode seen = Json.object();
        seen.put("vm", vm.id).put("power", vm.state().name());
        seen.put("mode", end.mode().name()).put("state", end.state().name());
        seen.put("health", end.health());
        seen.put("clock", Json.iso(host.clock()));
        seen.put("primaryServer", end.primaryServer);
        seen.put("replicaServer", end.replicaServer);
        seen.set("lastReplication", Json.iso(end.lastReplication));
        return seen;
    }

    /** The test VMs of a replica, which are related to it (Msvm_ReplicaSystemDependency). */
    static List<SimulatedVm> testVms(SimulatedVm vm) {
        return vm.host.vms().stream()
                .filter(each ->
                        each.replica.mode() == ReplicaEnd.Mode.TestReplica && each.testOf.equals(Optional.of(vm.id)))
                .toList();
    }
}
