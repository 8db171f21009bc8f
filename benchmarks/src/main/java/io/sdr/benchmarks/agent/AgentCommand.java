package io.sdr.benchmarks.agent;

import io.sdr.benchmarks.cli.Arguments;
import io.sdr.core.agent.AgentConfiguration;
import io.sdr.core.agent.AgentOptions;
import io.sdr.core.agent.SyncAgent;
import io.sdr.core.sync.wire.SessionOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code sdr.jar agent}: serves disks beside it until it is stopped. */
public final class AgentCommand {
    /** The usage text. */
    public static final String USAGE = """
        usage: java -jar sdr.jar agent --config FILE

          --config FILE  Java properties:
            listen=HOST:PORT          where to listen; port 0 for any that is free
            certificate=FILE          PEM; the own certificate
            key=FILE                  PEM; its key, PKCS #8, not encrypted
            authority=FILE            PEM; whose certificates are believed
            controller.N=SUBJECT      who may choose disks, such as CN=engine
            peer.N=SUBJECT            other agents
            root.N=FOLDER             controllers may read and overwrite files in it, as N/FILE
            disk.NAME.path=FILE       a single disk, by name
            disk.NAME.rights=RIGHTS   read or write
            deadline.seconds=SECONDS  how long somebody may be silent; default 30

        Prints "listening HOST:PORT", and runs until it is stopped (SIGTERM, Ctrl-C): syncs that run are then broken off,
        and are gone on with when they are run again.
        Exit codes: 0 stopped, 1 failed, 2 wrong usage.
        """;

    private AgentCommand() {}

    /**
     * Runs the agent until the process ends. Errors are thrown.
     *
     * @param arguments what follows the command's name
     * @param out for the address
     */
    public static void run(List<String> arguments, PrintStream out) {
        run(arguments, out, new AgentOptions());
    }

    /**
     * Runs the agent with options of its own.
     *
     * @param arguments what follows the command's name
     * @param out for the address
     * @param options what it works with
     */
    public static void run(List<String> arguments, PrintStream out, AgentOptions options) {
        Arguments read = Arguments.read(arguments, Set.of("--config"), Set.of(), USAGE);
        read.expectNoOperands();
        Path file = read.requiredPath("--config");
        AgentConfiguration configuration = AgentConfiguration.read(file);
        SyncAgent agent = SyncAgent.start(configuration, options);
        AtomicBoolean failed = new AtomicBoolean();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            agent.close();
                            if (!failed.get()) {
                                Runtime.getRuntime().halt(0); // who is asked to end and ends has not failed: else 143
                            }
                        },
                        "stop"));
        String host = configuration.host().isEmpty() ? "0.0.0.0" : configuration.host();
        out.println("listening " + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + agent.port());
        out.flush();
        try {
            SessionOptions.warmUp(new SecureRandom());
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            agent.close();
        } catch (RuntimeException e) {
            failed.set(true);
            throw e;
        }
    }
}
