package io.sdr.hyperv.simulation;

import io.sdr.hyperv.simulation.ReplicaEnd.State;
import io.sdr.hyperv.simulation.SimulatedVm.Power;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** failover-prepare, -start, -test, -stop, -complete. */
final class FailoverHandlers {
    private FailoverHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("failover-prepare", FailoverHandlers::prepare);
        handlers.put("failover-start", FailoverHandlers::start);
        handlers.put("failover-test", FailoverHandlers::test);
        handlers.put("failover-stop", FailoverHandlers::stop);
        handlers.put("failover-complete", FailoverHandlers::complete);
    }

    private static ObjectNode prepare(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (!vm.replica.is(State.PreparedForFailover)) {
            Prologue.mayAct(asked, host);
            PrimaryVerbs.prepare(vm);
        }
        return Prologue.replicated(host, vm.id);
    }

    /** The point that is asked for, or the latest. */
    private static Optional<SimulatedSnapshot> point(Asked asked, SimulatedVm vm) {
        if (asked.isNull("point")) {
            return Optional.empty();
        }
        String id = asked.guid("point");
        return Optional.of(ReplicaDisks.points(vm).stream()
                .filter(each -> each.id.equals(id))
                .findFirst()
                .orElseThrow(() -> HostError.refuse("POINT_GONE", "VM " + vm.id + " has no recovery point " + id)));
    }

    private static ObjectNode start(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (!vm.replica.is(State.FailedOverWaitingCompletion)) {
            Optional<SimulatedSnapshot> point = point(asked, vm);
            Prologue.mayAct(asked, host);
            ReplicaSide.failOver(vm, point);
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode test(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (Prologue.testVms(vm).isEmpty()) {
            Optional<SimulatedSnapshot> point = point(asked, vm);
            Prologue.mayAct(asked, host);
            ReplicaSide.test(vm, point);
        }
        List<SimulatedVm> tests = Prologue.testVms(vm);
        if (tests.size() != 1) {
            throw HostError.refuse("TEST_UNCLEAR", tests.size() + " test VMs belong to VM " + vm.id);
        }
        return Json.object().put("vm", vm.id).put("test", tests.get(0).id);
    }

    private static ObjectNode stop(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        boolean tests = !Prologue.testVms(vm).isEmpty();
        if (asked.flag("test")) {
            if (tests) {
                Prologue.mayAct(asked, host);
                ReplicaSide.stop(vm);
            }
        } else if (vm.replica.is(
                State.PreparedForFailover, State.FailedOverWaitingCompletion, State.RecoveryInProgress)) {
            if (tests) {
                throw HostError.refuse("TEST_EXISTS", "VM " + vm.id + " has a test VM, which would be removed instead");
            }
            if (vm.state() != Power.Off && vm.state() != Power.OffCritical) {
                throw HostError.refuse("VM_RUNNING", "VM " + vm.id + " is " + vm.state());
            }
            Prologue.mayAct(asked, host);
            ReplicaSide.stop(vm);
        }
        return Prologue.replicated(host, vm.id);
    }

    private static ObjectNode complete(Asked asked, SimulatedHost host) {
        SimulatedVm vm = Prologue.findVm(asked, host);
        if (!vm.replica.is(State.FailedOver)) {
            Prologue.mayAct(asked, host);
            ReplicaSide.complete(vm);
        }
        return Prologue.replicated(host, vm.id);
    }
}
