package io.sdr.hyperv.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.digest.BuiltinDigests;

/** A real OpenSSH server on loopback. Each key that it knows may run one command only, whatever is asked for. */
public final class OpenSshServer implements AutoCloseable {
    private static final Path SERVER = Path.of("/usr/sbin/sshd");

    private final Process server;
    private final int port;
    private final String fingerprint;

    private OpenSshServer(Process server, int port, String fingerprint) {
        this.server = server;
        this.port = port;
        this.fingerprint = fingerprint;
    }

    /** Starts one in a folder of its own, where whoever has the key runs the stand-in for PowerShell. */
    static OpenSshServer start(Path folder, KeyPair client) throws IOException, InterruptedException {
        return start(folder, Map.of(client.getPublic(), script()));
    }

    /**
     * Starts one in a folder of its own. Skips the test on a machine without OpenSSH, but never in CI.
     *
     * @param commands what each key runs: the text of a script that may use {@code $SSH_ORIGINAL_COMMAND}
     */
    public static OpenSshServer start(Path folder, Map<PublicKey, String> commands)
            throws IOException, InterruptedException {
        boolean there = Files.isExecutable(SERVER);
        if ("true".equals(System.getenv("CI"))) {
            assertThat(there).as("CI installs OpenSSH's server").isTrue();
        }
        assumeTrue(there, "needs OpenSSH's server, " + SERVER);
        Path hostKey = folder.resolve("host_key");
        run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", hostKey.toString());
        StringBuilder keys = new StringBuilder();
        for (Map.Entry<PublicKey, String> each : commands.entrySet()) {
            Path command = folder.resolve("command-" + keys.length() + ".sh");
            Files.writeString(command, each.getValue());
            Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
            keys.append("restrict,command=\"" + command + "\" " + PublicKeyEntry.toString(each.getKey()) + "\n");
        }
        Path authorized = folder.resolve("authorized_keys");
        Files.writeString(authorized, keys.toString());
        int port = freePort();
        Path config = folder.resolve("sshd_config");
        Files.writeString(
                config,
                String.join(
                        "\n",
                        List.of(
                                "ListenAddress 127.0.0.1:" + port,
                                "HostKey " + hostKey,
                                "AuthorizedKeysFile " + authorized,
                                "PidFile none",
                                "StrictModes no",
                                "UsePAM no",
                                "PasswordAuthentication no",
                                "KbdInteractiveAuthentication no",
                                "PermitRootLogin prohibit-password",
                                "MaxSessions 40",
                                "MaxStartups 100",
                                "SetEnv HOME=" + folder, // the account's shell has its own set-up read for each command
                                "")));
        Files.createDirectories(Path.of("/run/sshd"));
        Process server = new ProcessBuilder(SERVER.toString(), "-D", "-e", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        awaitPort(server, port, folder);
        // The second word of the line is the key; the fingerprint is made by other code than the client compares with.
        String line = Files.readString(folder.resolve("host_key.pub"));
        int from = line.indexOf(' ') + 1;
        byte[] shown = Base64.getDecoder().decode(line.substring(from, line.indexOf(' ', from)));
        return new OpenSshServer(server, port, "SHA256:" + withoutPadding(sha256(shown)));
    }

    /** The stand-in sees the words that the client asked for, not the ones that the server forces. */
    private static String script() {
        StringBuilder line = new StringBuilder("#!/bin/sh\nset -f\nexec");
        StandIn.words()
                .forEach(word ->
                        line.append(" '").append(word.replace("'", "'\\''")).append('\''));
        return line.append(" $SSH_ORIGINAL_COMMAND\n").toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(Process server, int port, Path folder) throws IOException, InterruptedException {
        while (true) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(probe.isConnected()).isTrue();
                return;
            } catch (IOException notYet) {
                if (server.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new IOException("sshd ended: " + Files.readString(folder.resolve("sshd.log")), notYet);
                }
            }
        }
    }

    private static void run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + ": " + said);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String withoutPadding(byte[] bytes) {
        return Base64.getEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The way to it. */
    public SshTransport.Target target() {
        return target(Set.of(fingerprint));
    }

    SshTransport.Target target(Set<String> hostKeys) {
        return new SshTransport.Target("127.0.0.1", port, System.getProperty("user.name"), hostKeys, "powershell.exe");
    }

    /** Ends every connection, as a switch that dies does; the server itself goes on. */
    public void dropConnections() {
        server.descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /** Lets every connection stand still until it is dropped: nothing is answered, and nothing is closed. */
    void freezeConnections() {
        server.descendants().forEach(OpenSshServer::freeze);
    }

    /** One that ends of itself meanwhile needs no more freezing. */
    private static void freeze(ProcessHandle process) {
        try {
            run("kill", "-STOP", Long.toString(process.pid()));
        } catch (IOException e) {
            assertThat(process.isAlive()).as(e.toString()).isFalse();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String fingerprint(KeyPair key) {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, key.getPublic());
    }

    @Override
    public void close() {
        dropConnections();
        server.destroyForcibly();
    }
}
