package io.sdr.hyperv.simulation;

import io.sdr.hyperv.simulation.ReplicaEnd.Mode;
import io.sdr.hyperv.simulation.ReplicaEnd.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** replication-*, but for replication-server. */
final class ReplicationHandlers {
    private ReplicationHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("replication-enable", ReplicationHandlers::enable);
        handlers.put("replication-accept", ReplicationHandlers::accept);
        handlers.put("replication-settings", ReplicationHandlers::settings);
        handlers.put("replication-start-initial", ReplicationHandlers::startInitial);
        handlers.put("replication-stop-initial", ReplicationHandlers::stopInitial);
        handlers.put("replication-suspend", ReplicationHandlers::suspend);
        handlers.put("replication-resume", ReplicationHandlers::resume);
        handlers.put("replication-remove", ReplicationHandlers::remove);
        handlers.put("replication-as-replica", ReplicationHandlers::asReplica);
        handlers.put("replication-reverse", ReplicationHandlers::reverse);
        handlers.put("replication-status", ReplicationHandlers::status);
        handlers.put("replication-points", ReplicationHandlers::points);
        handlers.put("replication-measure", ReplicationHandlers::measure);
        handlers.put("replication-connection", ReplicationHandlers::connection);
    }

    private static ReplicaSettings read(
            Asked asked, String server, int port, String authentication, String thumbprint, List<String> excluded) {
        boolean resynchronize = asked.flag("resynchronize");
        return new ReplicaSettings(
                server,
                port,
                authentication,
                thumbprint,
                asked.flag("compression"),
                Duration.ofSeconds(asked.number("frequencySeconds")),
                Math.toIntExact(asked.number("pointsKept")),
                Math.toIntExact(asked.number("consistentEveryHours")),
                resynchronize ? Math.toIntExact(asked.number("resynchronizeFrom")) : -1,
                resynchronize ? Math.toIntExact(asked.number("resynchronizeUntil")) : -1,
                excluded);
    }

    private static ObjectNode enable(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.replica.mode() == Mode.None) {
            ReplicaSettings settings = read(
                    asked,
                    asked.text("server"),
                    Math.toIntExact(asked.number("port")),
                    asked.text("authentication"),
                    asked.find("thumbprint").orElse(""),
                    asked.texts("excludedDisks"));
            Prologue.mayAct(asked, host);
            PrimaryVerbs.enable(vm, settings);
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode accept(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.replica.mode() == Mode.None) {
            Prologue.mayAct(asked, host);
            ReplicaSide.accept(vm, asked.text("server"));
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode settings(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        ReplicaSettings old = vm.replica.settings.orElse(
                new ReplicaSettings("", 0, "Kerberos", "", true, Duration.ofMinutes(5), 0, 0, -1, -1, List.of()));
        ReplicaSettings settings =
                read(asked, old.server(), old.port(), old.authentication(), old.thumbprint(), old.excluded());
        if (vm.replica.mode() != Mode.Primary) {
            throw HostError.refuse("WRONG_MODE", "VM " + vm.id + " is " + vm.replica.mode() + ", not Primary");
        }
        Prologue.mayAct(asked, host);
        PrimaryVerbs.settings(vm, settings);
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode startInitial(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.replica.is(State.ReadyForInitialReplication)) {
            boolean existingCopy = asked.flag("existingCopy");
            Optional<Instant> at = asked.isNull("startAt") ? Optional.empty() : Optional.of(asked.moment("startAt"));
            if (at.isEmpty() || !at.get().isAfter(host.clock().plus(Duration.ofDays(7)))) {
                Prologue.mayAct(asked, host);
                PrimaryVerbs.startInitial(vm, existingCopy, at.filter(each -> each.isAfter(host.clock())));
            }
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode stopInitial(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.replica.is(State.InitialReplicationInProgress, State.WaitingForInitialReplication)) {
            Prologue.mayAct(asked, host);
            PrimaryVerbs.stopInitial(vm);
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode suspend(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (!vm.replica.is(State.Suspended, State.ResynchronizeSuspended, State.Disabled)) {
            Prologue.mayAct(asked, host);
            PrimaryVerbs.suspend(vm);
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode resume(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (!vm.replica.is(State.Replicating, State.Resynchronizing, State.Disabled)) {
            Prologue.mayAct(asked, host);
            if (asked.flag("resynchronize")) {
                PrimaryVerbs.resynchronize(vm);
            } else if (asked.flag("continue")) {
                PrimaryVerbs.goOn(vm);
            } else {
                PrimaryVerbs.resume(vm);
            }
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode remove(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.replica.mode() != Mode.None) {
            Prologue.mayAct(asked, host);
            PrimaryVerbs.remove(vm);
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode asReplica(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.replica.mode() == Mode.Primary) {
            if (vm.state() != SimulatedVm.Power.Off) {
                throw HostError.refuse("VM_RUNNING", "VM " + vm.id + " is " + vm.state());
            }
            Prologue.mayAct(asked, host);
            PrimaryVerbs.asReplica(vm);
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode reverse(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (vm.replica.mode() == Mode.Replica) {
            String server = asked.text("server");
            String thumbprint = asked.find("thumbprint").orElse("");
            Prologue.mayAct(asked, host);
            ReplicaSide.reverse(vm, server, thumbprint);
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode status(Asked asked, SimulatedHost host) {
        List<SimulatedVm> there = asked.texts("vms").stream()
                .flatMap(id -> Prologue.lookVm(id, host).stream())
                .toList();
        ObjectNode answer = Json.object();
        answer.set("vms", Json.each(there, vm -> Prologue.replicated(host, vm.id)));
        return answer;
    }

    private static ObjectNode points(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        ObjectNode answer = Json.object().put("vm", vm.id);
        answer.set(
                "points",
                Json.each(
                        ReplicaDisks.points(vm),
                        each -> Json.object()
                                .put("point", each.id)
                                .put("type", each.type.name())
                                .put("time", Json.iso(each.time))));
        return answer;
    }

    private static ObjectNode measure(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        ReplicaEnd end = vm.replica;
        end.require("Measure-VMReplication", end.mode() != Mode.None, "there is no relation");
        ReplicaStatistics numbers = end.statistics;
        long waiting = end.pending.values().stream()
                .mapToLong(ranges -> ranges.bytes())
                .sum();
        ObjectNode answer = Json.object();
        answer.put("vm", vm.id).put("health", end.health()).put("since", Json.iso(numbers.since));
        answer.set("lastReplication", Json.iso(end.lastReplication));
        answer.put("succeeded", numbers.succeeded).put("missed", numbers.missed).put("errors", numbers.errors);
        answer.put("pendingBytes", waiting).put("averageBytes", numbers.average());
        return answer.put("maximumBytes", numbers.largest).put("averageLatencySeconds", numbers.succeeded == 0 ? 0 : 1);
    }

    private static ObjectNode connection(Asked asked, SimulatedHost host) {
        String server = asked.text("server");
        int port = Math.toIntExact(asked.number("port"));
        String authentication = asked.text("authentication");
        asked.find("thumbprint");
        host.world().replicaNetwork().reach(host, server, port, authentication, "", "Test-VMReplicationConnection");
        return Json.object().put("server", server).put("reached", true);
    }
}
