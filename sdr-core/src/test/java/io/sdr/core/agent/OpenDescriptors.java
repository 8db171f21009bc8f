package io.sdr.core.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The sockets that this process has open, and its files in a folder. Linux tells; elsewhere there is nothing to see. */
final class OpenDescriptors {
    private static final Path OWN = Path.of("/proc/self/fd");

    private final Path folder;
    private final Set<String> before;

    /** Notes what is open now. */
    OpenDescriptors(Path folder) throws IOException {
        this.folder = folder;
        try (ServerSocket server = new ServerSocket(0);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
            socket.shutdownOutput(); // what Java itself opens once for all sockets is open now
        }
        this.before = open();
    }

    /** Gives what was opened since then and is still open. */
    Set<String> left() {
        Set<String> left = open();
        left.removeAll(before);
        return left;
    }

    private Set<String> open() {
        Set<String> open = new TreeSet<>();
        if (!Files.isDirectory(OWN)) {
            return open;
        }
        try (Stream<Path> all = Files.list(OWN)) {
            all.forEach(each -> {
                try {
                    String target = Files.readSymbolicLink(each).toString();
                    if (target.startsWith("socket:") || target.startsWith(folder.toString())) {
                        open.add(target);
                    }
                } catch (IOException e) {
                    // closed meanwhile
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return open;
    }
}
