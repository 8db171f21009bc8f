package io.sdr.hyperv.simulation;

import io.sdr.hyperv.simulation.SimulatedVm.Power;
import io.sdr.testkit.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Whether a VM runs. A guest that shuts down is off when its time has come. */
final class VmPower {
    private static final Duration SHUTDOWN = Duration.ofSeconds(10);

    private final SimulatedVm vm;
    Duration shutdownTakes = SHUTDOWN;
    boolean ignoresShutdown;
    boolean heartbeat = true;
    private Power state = Power.Off;
    private Instant since = Instant.EPOCH;
    private Optional<Instant> offAt = Optional.empty();

    VmPower(SimulatedVm vm) {
        this.vm = vm;
    }

    Power state() {
        if (state == Power.Off && vm.drives.stream().anyMatch(drive -> vm.host.isLost(drive.path()))) {
            return Power.OffCritical;
        }
        if (offAt.isPresent() && !vm.now().isBefore(offAt.get())) {
            turnOff();
        }
        return state;
    }

    /** Whether the VM's process has the disks open. */
    boolean holdsDisks() {
        Power now = state();
        return now != Power.Off && now != Power.Saved && now != Power.OffCritical;
    }

    Duration uptime() {
        return holdsDisks() ? Duration.between(since, vm.now()) : Duration.ZERO;
    }

    /** Name of Hyper-V's {@code VMHeartbeatStatus}; empty for a VM that is off. */
    String heartbeatStatus() {
        if (state() != Power.Running) {
            return "";
        }
        boolean answers = heartbeat && vm.guest().map(Workload::answers).orElse(true);
        return answers ? "OkApplicationsHealthy" : "NoContact";
    }

    void start(String command) {
        if (state() == Power.Running) {
            return;
        }
        if (state == Power.Stopping) {
            throw HostError.invalidState(command, "VM " + vm.id + " is stopping");
        }
        vm.replica.mayStart(command);
        vm.host.diskUse().mayOpen(vm, command);
        vm.drives.stream()
                .filter(drive -> drive.diskNumber().isEmpty())
                .forEach(drive -> drive.look(DiskUse.fingerprint(vm.host.real(drive.path()))));
        if (state == Power.Off) {
            since = vm.now();
        }
        vm.host.log().started(vm, vm.host.clock());
        state = Power.Running;
        vm.host.diskUse().opened(vm);
        vm.guest().ifPresent(Workload::thaw);
    }

    /** Ends with its host: nothing is logged. */
    void die() {
        end(false);
    }

    void turnOff() {
        end(true);
    }

    private void end(boolean logged) {
        boolean held = state != Power.Off && state != Power.Saved && state != Power.OffCritical;
        offAt = Optional.empty();
        state = Power.Off;
        if (held) {
            if (logged) {
                vm.host.log().ended(vm, vm.host.clock());
            }
            vm.host.diskUse().closed(vm);
        }
    }

    void shutDown() {
        if (ignoresShutdown || state() != Power.Running) {
            return;
        }
        vm.guest().ifPresent(Workload::shutDown);
        state = Power.Stopping;
        offAt = Optional.of(vm.now().plus(shutdownTakes));
        if (shutdownTakes.isZero()) {
            turnOff();
        }
    }

    /** For tests: also where nothing leads there. */
    void force(Power value) {
        state = value;
    }

    void save() {
        if (state() == Power.Running) {
            state = Power.Saved;
            vm.host.log().ended(vm, vm.host.clock());
            vm.host.diskUse().closed(vm);
        }
    }
}
