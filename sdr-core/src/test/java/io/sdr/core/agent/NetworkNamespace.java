package io.sdr.core.agent;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A network of its own for a process, with one cable to this machine, at whose end this machine is {@link #OUTER}. Needs Linux, root
 * and {@code ip}. A test is skipped where these are not; where CI is true, a missing {@code ip} fails it.
 */
final class NetworkNamespace implements AutoCloseable {
    /** The address of this machine on the cable. */
    static final String OUTER = "10.231.77.1";

    private static final String INNER = "10.231.77.2";

    private final String name;

    private NetworkNamespace(String name) {
        this.name = name;
    }

    static NetworkNamespace open() throws IOException, InterruptedException {
        String name = "sdr" + ProcessHandle.current().pid();
        need("ip", "-V");
        if (!runs("ip", "netns", "add", name)) {
            abort("this user may make no network of its own: that takes root, and a container with CAP_SYS_ADMIN");
        }
        NetworkNamespace made = new NetworkNamespace(name);
        String cable =
                name.length() > 13 ? name.substring(0, 13) : name; // a name of an interface has at most 15 letters
        boolean connected =
                runs("ip", "link", "add", cable + "a", "type", "veth", "peer", "name", cable + "b", "netns", name)
                        && runs("ip", "addr", "add", OUTER + "/30", "dev", cable + "a")
                        && runs("ip", "link", "set", cable + "a", "up")
                        && runs("ip", "-n", name, "addr", "add", INNER + "/30", "dev", cable + "b")
                        && runs("ip", "-n", name, "link", "set", cable + "b", "up")
                        && runs("ip", "-n", name, "link", "set", "lo", "up");
        if (!connected) {
            made.close();
            abort("this user may lay no cable between networks: that takes root, and a container with CAP_NET_ADMIN");
        }
        return made;
    }

    private static void need(String... command) throws InterruptedException {
        try {
            if (runs(command)) {
                return;
            }
        } catch (IOException e) {
            // not there
        }
        String missing = "not installed: " + command[0] + " (iproute2)";
        if ("true".equals(System.getenv("CI"))) {
            fail(missing);
        }
        abort(missing);
    }

    private static boolean runs(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** Runs a class of the tests in it; gives what it says. */
    String run(Class<?> main, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "ip",
                "netns",
                "exec",
                name,
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? out : fail("it ended with " + process.exitValue() + ": " + out);
    }

    /** The cable goes with it. */
    @Override
    public void close() throws IOException {
        try {
            runs("ip", "netns", "del", name);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
