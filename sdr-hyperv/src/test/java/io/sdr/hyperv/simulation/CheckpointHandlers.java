package io.sdr.hyperv.simulation;

import io.sdr.api.spi.RangeSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** checkpoint-create, -delete, -disks, -list, -to-reference; reference-delete; changed-ranges. */
final class CheckpointHandlers {
    /** Of so much of a disk Hyper-V tells the changes in one answer: less than all of it, so that whoever asks must go on. */
    private static final long PIECE = 4 << 20;

    private static final String FOLDER = "checkpoint";

    private CheckpointHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("checkpoint-create", CheckpointHandlers::create);
        handlers.put("checkpoint-delete", CheckpointHandlers::delete);
        handlers.put("checkpoint-disks", CheckpointHandlers::disks);
        handlers.put("checkpoint-list", CheckpointHandlers::list);
        handlers.put("checkpoint-to-reference", CheckpointHandlers::toReference);
        handlers.put("reference-delete", CheckpointHandlers::deleteReference);
        handlers.put("tracking-known", CheckpointHandlers::known);
        handlers.put("changed-ranges", CheckpointHandlers::changedRanges);
    }

    private static List<SimulatedSnapshot> frozen(SimulatedVm vm) {
        return vm.snapshots.stream()
                .filter(each -> each.type == SimulatedSnapshot.Type.Recovery)
                .toList();
    }

    private static ObjectNode create(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.replica.mode() != ReplicaEnd.Mode.None) {
            throw HostError.refuse("DRIVER_MISMATCH", "Hyper-V Replica carries VM " + vm.id);
        }
        boolean application = asked.flag("application");
        Token token = new Token(asked, host, asked.text("token"));
        if (token.records(".made").isEmpty()) {
            Prologue.mayAct(asked, host);
            if (token.records("").isEmpty()) {
                token.publish(
                        "",
                        frozen(vm).stream().map(SimulatedSnapshot::instanceId).collect(Collectors.joining("\n")));
            }
            List<String> ofJobs = make(token, vm, application);
            if (ofJobs.size() != 1) {
                throw HostError.refuse("CHECKPOINT_UNCLEAR", ofJobs.size() + " recovery snapshots are the token's");
            }
            token.publish(".made", ofJobs.get(0));
        }
        String id = Prologue.read(token.records(".made").get(0));
        SimulatedSnapshot found = frozen(vm).stream()
                .filter(each -> each.instanceId().equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> HostError.refuse("CHECKPOINT_GONE", "snapshot " + id + " is gone"));
        return Json.object()
                .put("checkpoint", id)
                .put("time", Json.iso(found.time))
                .put("application", !token.records(".level").isEmpty());
    }

    /** What is written down of a token. */
    private record Token(Asked asked, SimulatedHost host, String name) {
        List<Path> records(String ending) {
            return Prologue.records(asked, host, FOLDER, name + ending);
        }

        void publish(String ending, String text) {
            Prologue.publish(asked, host, FOLDER, name + ending, text);
            host.world().passes("published" + ending);
        }

        /** What its jobs made; empty texts for those of which that is not known. */
        List<String> ofJobs() {
            return records(".job*").stream()
                    .map(Prologue::read)
                    .flatMap(job -> host.checkpoints().madeBy(job).stream())
                    .toList();
        }
    }

    private static List<String> known(List<String> ofJobs) {
        return ofJobs.stream().filter(id -> !id.isEmpty()).toList();
    }

    private static List<String> make(Token token, SimulatedVm vm, boolean application) {
        List<String> before =
                Arrays.asList(Prologue.read(token.records("").get(0)).split("\n", -1));
        boolean fresh =
                frozen(vm).stream().anyMatch(each -> before.stream().noneMatch(each.instanceId()::equalsIgnoreCase));
        List<String> ofJobs = token.ofJobs();
        boolean unknown = ofJobs.contains("") || !token.records(".asked").isEmpty();
        if (unknown && fresh && known(ofJobs).isEmpty()) {
            throw HostError.refuse("CHECKPOINT_UNCLEAR", "nobody knows who made the snapshots");
        }
        if (ofJobs.isEmpty() && application && vm.runs()) {
            try {
                freeze(token, vm, true);
            } catch (HostError error) {
                if (!error.sdr().isEmpty()) {
                    throw error;
                }
            }
            ofJobs = token.ofJobs();
            if (!known(ofJobs).isEmpty() && token.records(".level").isEmpty()) {
                token.publish(".level", "application");
            }
        }
        if (known(ofJobs).isEmpty()) {
            freeze(token, vm, false);
        }
        return known(token.ofJobs());
    }

    private static void freeze(Token token, SimulatedVm vm, boolean application) {
        Prologue.mayAct(token.asked(), token.host());
        if (token.records(".asked").isEmpty()) {
            token.publish(".asked", "");
        }
        Checkpoints checkpoints = token.host().checkpoints();
        Optional<HostError> failure = Optional.empty();
        String job;
        try {
            SimulatedSnapshot made =
                    checkpoints.freeze(vm, vm.name + " - backup", SimulatedSnapshot.Type.Recovery, application);
            job = checkpoints.newJob(vm, made.instanceId());
        } catch (HostError failed) {
            failure = Optional.of(failed);
            job = checkpoints.newFailedJob(vm);
        }
        token.host().world().passes("frozen");
        token.publish(".job" + token.records(".job*").size(), job);
        token.records(".asked").forEach(Prologue::delete);
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    /** Any snapshot may be given up by its WMI id. */
    private static Optional<SimulatedSnapshot> find(SimulatedVm vm, String id) {
        return vm.snapshots.stream()
                .filter(each -> each.instanceId().equalsIgnoreCase(id))
                .findFirst();
    }

    private static ObjectNode delete(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        Optional<SimulatedSnapshot> found = find(vm, asked.text("checkpoint"));
        if (found.isPresent()) {
            Prologue.mayAct(asked, host);
            host.checkpoints().drop(vm, found.get());
        }
        Prologue.forget(asked, host, asked.text("checkpoint"));
        return Json.object().put("checkpoint", asked.text("checkpoint")).put("deleted", true);
    }

    private static ObjectNode disks(Asked asked, SimulatedHost host) {
        String id = asked.text("checkpoint").replaceFirst("(?i)^Microsoft:", "");
        SimulatedVm vm = Prologue.findVm(asked, host);
        SimulatedSnapshot found = vm.snapshots.stream()
                .filter(each -> each.id.equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> HostError.refuse("CHECKPOINT_GONE", "snapshot " + id + " is gone"));
        ObjectNode answer = Json.object();
        answer.put("checkpoint", found.id).put("time", Json.iso(found.time));
        answer.set("disks", Json.each(found.frozen, frozen -> Prologue.place(frozen.drive, frozen.path)));
        return answer;
    }

    private static ObjectNode list(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        ObjectNode answer = Json.object();
        answer.set(
                "checkpoints",
                Json.texts(
                        frozen(vm).stream().map(SimulatedSnapshot::instanceId).toList()));
        answer.set("references", Json.each(vm.references, each -> {
            ObjectNode fields = reference(each);
            return fields.put("type", 1);
        }));
        List<Path> notes = Prologue.records(asked, host, FOLDER, "*").stream()
                .filter(each -> !String.valueOf(each.getFileName()).endsWith(".part"))
                .toList();
        answer.set(
                "made",
                Json.each(
                        notes,
                        each -> Json.object()
                                .put("name", String.valueOf(each.getFileName()))
                                .put("made", Prologue.read(each))));
        return answer;
    }

    private static ObjectNode reference(ReferencePoint point) {
        ObjectNode fields = Json.object().put("reference", point.id());
        fields.set("disks", Json.texts(point.disks()));
        fields.set("tracking", Json.texts(point.tracking()));
        return fields;
    }

    private static ObjectNode toReference(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        String token = asked.text("token");
        Token mark = new Token(asked, host, token + ".mark");
        if (mark.records(".made").isEmpty()) {
            Prologue.mayAct(asked, host);
            if (mark.records("").isEmpty()) {
                mark.publish("", "");
            }
            List<String> ours = known(mark.ofJobs());
            Optional<SimulatedSnapshot> snapshot = find(vm, asked.text("checkpoint"));
            if (snapshot.isPresent() && ours.isEmpty()) {
                Prologue.mayAct(asked, host);
                ReferencePoint made = host.checkpoints().convert(vm, snapshot.get());
                host.world().passes("converted");
                mark.publish(
                        ".job" + mark.records(".job*").size(),
                        host.checkpoints().newJob(vm, made.id()));
                ours = known(mark.ofJobs());
            }
            if (ours.size() != 1) {
                throw HostError.refuse("CHECKPOINT_GONE", ours.size() + " reference points are known to be its");
            }
            mark.publish(".made", ours.get(0));
        }
        String id = Prologue.read(mark.records(".made").get(0));
        return vm.references.stream()
                .filter(each -> each.id().equalsIgnoreCase(id))
                .findFirst()
                .map(CheckpointHandlers::reference)
                .orElseThrow(() -> HostError.refuse("CHECKPOINT_GONE", "reference point " + id + " is gone"));
    }

    private static ObjectNode deleteReference(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        String id = asked.text("reference");
        Optional<ReferencePoint> found = vm.references.stream()
                .filter(each -> each.id().equalsIgnoreCase(id))
                .findFirst();
        if (found.isPresent()) {
            Prologue.mayAct(asked, host);
            host.checkpoints().forget(vm, found.get());
        }
        Prologue.forget(asked, host, id);
        return Json.object().put("reference", id).put("deleted", true);
    }

    /** Hyper-V takes a tracking id of the disk that it was made for. */
    private static ObjectNode known(Asked asked, SimulatedHost host) {
        String path = asked.text("path");
        long length = asked.number("length");
        List<String> known = asked.texts("since").stream()
                .filter(since -> length > 0
                        && host.checkpoints().changes(host, path, since).isPresent())
                .toList();
        ObjectNode answer = Json.object();
        answer.set("known", Json.texts(known));
        return answer;
    }

    private static ObjectNode changedRanges(Asked asked, SimulatedHost host) {
        long length = asked.number("length");
        long most = asked.number("most");
        long offset = asked.number("offset");
        RangeSet changed = host.checkpoints()
                .changes(host, asked.text("path"), asked.text("since"))
                .orElseThrow(() -> HostError.fault(Checkpoints.INVALID_PARAMETER, "the method refused"));
        List<Long> offsets = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        long done = 0;
        while (done < length && offsets.size() < most) {
            long processed = Math.min(PIECE, length - done);
            changed.intersect(RangeSet.of(offset + done, processed)).forEach((at, bytes) -> {
                offsets.add(at);
                lengths.add(bytes);
            });
            done += processed;
        }
        ObjectNode answer = Json.object().put("processedBytes", done);
        ArrayNode places = answer.putArray("offsets");
        ArrayNode sizes = answer.putArray("lengths");
        offsets.forEach(places::add);
        lengths.forEach(sizes::add);
        return answer;
    }
}
