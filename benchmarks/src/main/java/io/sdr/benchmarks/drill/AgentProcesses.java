package io.sdr.benchmarks.drill;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import io.sdr.benchmarks.agent.CertificatesCommand;
import io.sdr.core.endpoint.AgentEndpoint;
import io.sdr.core.endpoint.AgentSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.x500.X500Principal;

/** An agent for each site, in a process of its own, that is killed and started again at the same address. */
final class AgentProcesses implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final Path folder;
    private final Path certificates;
    private final Map<Side, Path> configurations = new EnumMap<>(Side.class);
    private final Map<Side, Child> running = new EnumMap<>(Side.class);
    private final Map<Side, AgentEndpoint> endpoints = new EnumMap<>(Side.class);

    private AgentProcesses(DrillFolder drill) {
        this.folder = drill.agents();
        this.certificates = folder.resolve("certificates");
    }

    /** Starts both. */
    static AgentProcesses start(DrillFolder drill) {
        AgentProcesses agents = new AgentProcesses(drill);
        try {
            agents.prepare(drill);
            return agents;
        } catch (IOException e) {
            agents.close();
            throw FileFailure.of("prepare the agents in", agents.folder, e);
        } catch (RuntimeException e) {
            agents.close();
            throw e;
        }
    }

    private void prepare(DrillFolder drill) throws IOException {
        Files.createDirectories(folder);
        if (!Files.exists(certificates)) {
            CertificatesCommand.run(
                    List.of("--dir", certificates.toString()), new PrintStream(OutputStream.nullOutputStream()));
        }
        for (Side side : Side.values()) {
            int port = freePort();
            String name = side.name().toLowerCase(Locale.ROOT);
            Path configuration = folder.resolve(name + ".properties");
            List<String> lines = List.of(
                    "listen=127.0.0.1:" + port,
                    "certificate=certificates/one.pem",
                    "key=certificates/one.key",
                    "authority=certificates/authority.pem",
                    "controller.1=CN=two",
                    "peer.1=CN=one",
                    "deadline.seconds=" + DEADLINE.toSeconds(),
                    "root.site=../" + name);
            Files.write(configuration, lines, StandardCharsets.UTF_8);
            Files.createDirectories(side == Side.PRIMARY ? drill.primary() : drill.recovery());
            configurations.put(side, configuration);
            running.put(side, startAgent(configuration));
            endpoints.put(
                    side,
                    AgentEndpoint.of(AgentSettings.of(
                                    "localhost",
                                    port,
                                    certificates.resolve("two.pem"),
                                    certificates.resolve("two.key"),
                                    certificates.resolve("authority.pem"))
                            .subject(new X500Principal("CN=one"))
                            .deadline(DEADLINE)));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Child startAgent(Path configuration) {
        Child child =
                Child.start(folder.resolve("agents.log"), HandsCommand.AGENT, "--config", configuration.toString());
        BufferedReader said =
                new BufferedReader(new InputStreamReader(child.process().getInputStream(), StandardCharsets.UTF_8));
        try {
            String line = said.readLine();
            if (line != null && line.startsWith("listening ")) {
                return child;
            }
        } catch (IOException e) {
            // said below
        }
        child.kill();
        throw new OperationFailedException(Problem.of("AGENT_NOT_STARTED")
                .attempted("start an agent with " + configuration)
                .state("it ended; " + folder.resolve("agents.log") + " may say why")
                .remedy("run the same command again"));
    }

    AgentEndpoint endpoint(Side side) {
        return Objects.requireNonNull(endpoints.get(side));
    }

    /** Kills one, does something, and starts it again. */
    synchronized void killAndRestart(Side side, Runnable between) {
        Objects.requireNonNull(running.get(side)).kill();
        between.run();
        running.put(side, startAgent(Objects.requireNonNull(configurations.get(side))));
    }

    @Override
    public void close() {
        endpoints.values().forEach(AgentEndpoint::close);
        running.values().forEach(Child::close);
    }
}
