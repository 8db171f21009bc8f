package io.sdr.core.operation;

import io.sdr.api.Side;
import io.sdr.api.spi.NetworkAdapter;
import io.sdr.api.spi.VmDescription;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import java.util.List;
import java.util.function.Function;

/** Connects a VM again that was a stale copy and cut off from its networks. */
final class Reconnection {
    private Reconnection() {}

    static Step reconnect(Surroundings world, Function<Scene, Side> side) {
        return OperationStep.act("reconnect")
                .observes(
                        "whether adapters are connected that were disconnected from a stale copy", (intent, scene) -> {
                            Side of = side.apply(scene);
                            if (scene.item().cut(of).isEmpty()) {
                                return new Observation.NotNeeded("no adapter was disconnected");
                            }
                            if (scene.silence(of).isPresent()) {
                                return Observation.done(
                                        Values.NONE,
                                        "site " + scene.site(of).id()
                                                + " does not answer: the VM's adapters stay disconnected there");
                            }
                            return isConnected(scene, of) ? Observation.done(Values.NONE) : Observation.notDone();
                        })
                .does("connects them as before", (intent, scene) -> connect(scene, side.apply(scene)))
                .records((intent, outcome, scene) -> Effects.document(
                        scene.item().withCut(side.apply(scene), List.of()).document()))
                .in(world);
    }

    /** Whether what was disconnected is as before; a VM that is gone has nothing to connect. */
    static boolean isConnected(Scene scene, Side side) {
        List<NetworkAdapter> cut = scene.item().cut(side);
        if (cut.isEmpty()) {
            return true;
        }
        List<NetworkAdapter> now = scene
                .site(side)
                .inventory()
                .find(scene.vm(side).value(), scene.call())
                .stream()
                .map(VmDescription::configuration)
                .flatMap(configuration -> configuration.adapters().stream())
                .toList();
        return now.stream()
                .allMatch(adapter -> cut.stream()
                        .filter(each -> each.name().equals(adapter.name()))
                        .allMatch(each -> each.connection().equals(adapter.connection())));
    }

    static void connect(Scene scene, Side side) {
        List<NetworkAdapter> cut = scene.item().cut(side);
        if (!cut.isEmpty()) {
            scene.site(side).vms().connect(scene.vm(side), cut, scene.decidingCall());
        }
    }
}
