package io.sdr.core.agent;

import io.sdr.api.spi.Access;
import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.ProgressListener;
import io.sdr.core.sync.InPlaceSync;
import io.sdr.core.sync.InPlaceSync.Mode;
import io.sdr.core.sync.wire.LinkOptions;
import io.sdr.core.sync.wire.SyncTerms;
import io.sdr.core.sync.wire.TlsIdentity;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The process that asks two agents for a sync, from a network in which the target's port is not: prints whether it could reach that
 * port, how many bytes were moved, and how many crossed its network's interfaces.
 */
final class DistantEngine {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int CONNECT_MILLIS = 1000;

    private DistantEngine() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        int sourcePort = Integer.parseInt(args[1]);
        int wayToTarget = Integer.parseInt(args[2]);
        int targetPort = Integer.parseInt(args[3]);
        TlsIdentity identity = TlsIdentity.read(
                folder.resolve("engine.pem"), folder.resolve("engine.key"), folder.resolve("authority.pem"));
        LinkOptions links = new LinkOptions(work -> new Thread(work, "engine").start(), DEADLINE);
        boolean reached = reaches("localhost", targetPort) || reaches(NetworkNamespace.OUTER, targetPort);
        long before = crossed();
        long moved;
        try (AgentClient source =
                        AgentClient.connect(NetworkNamespace.OUTER, sourcePort, identity, links, subject -> true);
                AgentClient target =
                        AgentClient.connect(NetworkNamespace.OUTER, wayToTarget, identity, links, subject -> true)) {
            InPlaceSync.Outcome outcome = source.direct(
                    source.offer("a", Access.READ),
                    "localhost",
                    targetPort,
                    target.offer("b", Access.WRITE),
                    new SyncTerms(Mode.DELTA, false, false, false),
                    CancelFlag.NEVER,
                    ProgressListener.NONE);
            moved = outcome.counters().bytesMoved();
        }
        PrintStream out = System.out;
        out.println(reached + " " + moved + " " + (crossed() - before));
    }

    private static boolean reaches(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Bytes received and sent by all interfaces of this network so far. */
    private static long crossed() throws IOException {
        long sum = 0;
        for (String line : Files.readAllLines(Path.of("/proc/net/dev"))) {
            int colon = line.indexOf(':');
            if (colon >= 0) {
                String[] numbers = line.substring(colon + 1).strip().split("\\s+", -1);
                sum += Long.parseLong(numbers[0]) + Long.parseLong(numbers[8]);
            }
        }
        return sum;
    }
}
