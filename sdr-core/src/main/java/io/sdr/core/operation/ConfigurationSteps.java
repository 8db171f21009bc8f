package io.sdr.core.operation;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.SdrException;
import io.sdr.api.spi.NetworkConnection;
import io.sdr.api.spi.VmConfiguration;
import io.sdr.api.spi.VmDescription;
import io.sdr.core.job.ActResult;
import io.sdr.core.job.Effects;
import io.sdr.core.job.Observation;
import io.sdr.core.job.Step;
import io.sdr.core.job.Values;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The step that gives a VM its configuration, networks and addresses before it starts at the other side. */
final class ConfigurationSteps {
    private static final String KNOWN = "known";
    private static final String UNREAD = "unread";
    private static final String UNTIL = "until";
    /** Shorter than the step's deadline: behind the decision a document that cannot be read keeps nothing from starting. */
    private static final Duration TRYING_TO_READ = Duration.ofMinutes(2);

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private ConfigurationSteps() {}

    static Step configure(Surroundings world) {
        return OperationStep.act("configure")
                .intends(ConfigurationSteps::wanted)
                .observes(
                        "the VM's configuration, and what its network adapters are connected to",
                        ConfigurationSteps::look)
                .acts(
                        "gives it the size that the other VM had with the last cycle, mapped networks and failover"
                                + " addresses",
                        (intent, scene) -> {
                            if (!intent.flag(KNOWN)) {
                                return ActResult.again(LOOK_AGAIN, intent.text(UNREAD));
                            }
                            try {
                                scene.site(scene.to())
                                        .vms()
                                        .configure(
                                                scene.vm(scene.to()),
                                                ConfigurationCodec.read(intent),
                                                scene.decidingCall());
                                return ActResult.acted();
                            } catch (InvalidRequestException e) {
                                return ActResult.again(LOOK_AGAIN, e.problem().describe());
                            }
                        })
                .records((intent, outcome, scene) -> intent.flag(KNOWN)
                        ? Effects.document(scene.item()
                                .withChosenNetworks(scene.to(), ConfigurationCodec.read(intent))
                                .document())
                        : Effects.NONE)
                .in(world);
    }

    private static Values wanted(Scene scene) {
        Optional<VmConfiguration> source;
        try {
            source = ConfigurationDocument.read(scene);
        } catch (SdrException e) {
            requireContact(scene, e);
            return Values.of(KNOWN, false)
                    .with(UNREAD, e.problem().describe())
                    .with(UNTIL, scene.now().plus(TRYING_TO_READ));
        }
        Optional<VmConfiguration> present = present(scene);
        if (source.isEmpty() || present.isEmpty()) {
            return Values.of(KNOWN, false);
        }
        VmConfiguration wanted = connections(scene).failedOver(source.get(), present.get(), scene.item());
        return ConfigurationCodec.write(wanted).with(KNOWN, true);
    }

    static Connections connections(Scene scene) {
        return new Connections(
                scene.item().networks(),
                scene.to(),
                scene.site(scene.to()).inventory().networks(scene.call()),
                scene.site(scene.to()).capabilities());
    }

    private static Optional<VmConfiguration> present(Scene scene) {
        List<VmDescription> found =
                scene.site(scene.to()).inventory().find(scene.vm(scene.to()).value(), scene.call());
        return found.stream().map(VmDescription::configuration).findFirst();
    }

    /** A configuration never keeps a VM from starting: what is not known, or came too late, is said. */
    private static Observation look(Values intent, Scene scene) {
        if (intent.find(UNREAD).isPresent()) {
            return unread(intent, scene);
        }
        if (!intent.flag(KNOWN)) {
            return Observation.done(
                    Values.NONE, "no cycle has told the VM's configuration: it starts with the one that it has");
        }
        VmConfiguration wanted = ConfigurationCodec.read(intent);
        if (present(scene).equals(Optional.of(wanted))) {
            return Observation.done(Values.NONE);
        }
        if (scene.see(scene.to()).isRunning()) {
            return Observation.done(Values.NONE, "the VM runs already: its configuration was left as it is");
        }
        boolean gone = scene.context().attempt() > 1
                && !networks(wanted).stream()
                        .allMatch(network -> scene.site(scene.to()).inventory().networks(scene.call()).stream()
                                .anyMatch(each -> each.id().equals(network.network())));
        return gone ? new Observation.Outdated("a network that was chosen is gone") : Observation.notDone();
    }

    /** A site that is away starts no VM either: it is waited for. */
    private static void requireContact(Scene scene, SdrException failure) {
        if (scene.silence(scene.to()).isPresent()) {
            throw failure;
        }
    }

    private static Observation unread(Values intent, Scene scene) {
        try {
            Optional<VmConfiguration> unused = ConfigurationDocument.read(scene);
            return new Observation.Outdated("the VM's configuration can be read now");
        } catch (SdrException e) {
            requireContact(scene, e);
            return scene.now().isBefore(scene.atLeast(intent.text(UNTIL), TRYING_TO_READ))
                    ? Observation.notDone()
                    : Observation.done(
                            Values.NONE,
                            "the VM's configuration cannot be read, so it starts with the one that it has: "
                                    + e.problem().describe());
        }
    }

    private static List<NetworkConnection> networks(VmConfiguration configuration) {
        return configuration.adapters().stream()
                .flatMap(adapter -> adapter.connection().stream())
                .toList();
    }
}
