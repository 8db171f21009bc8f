package io.sdr.hyperv.simulation;

import io.sdr.api.spi.CancelFlag;
import io.sdr.hyperv.transport.Bootstrap;
import io.sdr.hyperv.transport.Exchange;
import io.sdr.hyperv.transport.Limits;
import io.sdr.hyperv.transport.OpenSshServer;
import io.sdr.hyperv.transport.PowerShellTransport;
import io.sdr.hyperv.transport.SshTransport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The hosts of a world behind a real OpenSSH server: each has a key of its own, whose forced command hands what it reads to this
 * process and writes what comes back.
 */
public final class SimulationServer implements AutoCloseable {
    private final SimulatedWorld world;
    private final ServerSocket socket;
    private final Map<String, KeyPair> keys = new HashMap<>();
    private final List<SshTransport> transports = new ArrayList<>();
    private final List<String> strange = new ArrayList<>();
    private final OpenSshServer ssh;
    private Predicate<String> drops = script -> false;
    private int dropped;

    /** Serves all hosts that the world has now. */
    public SimulationServer(SimulatedWorld world, Path folder) throws IOException, InterruptedException {
        this.world = world;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Map<PublicKey, String> commands = new HashMap<>();
        for (SimulatedHost host : world.hosts()) {
            KeyPair key = newKey();
            keys.put(host.name(), key);
            commands.put(key.getPublic(), command(host.name()));
        }
        this.ssh = OpenSshServer.start(folder, commands);
        Thread accepting = new Thread(this::accept, "simulation-server");
        accepting.setDaemon(true);
        accepting.start();
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has EC", e);
        }
    }

    private String command(String host) {
        return String.join(
                "\n",
                "#!/bin/bash",
                "exec 3<>/dev/tcp/127.0.0.1/" + socket.getLocalPort(),
                "{ echo '" + host + "'; printf '%s\\n' \"$SSH_ORIGINAL_COMMAND\"; head -n 1; } >&3",
                "exec cat <&3",
                "");
    }

    /** Lets connections break after the host has acted, for the scripts that are chosen. */
    public synchronized void drop(Predicate<String> choice) {
        drops = choice;
    }

    /** Counts the connections that broke. */
    public synchronized int dropped() {
        return dropped;
    }

    /** Whatever came that no client of this library sends. */
    public synchronized List<String> strange() {
        return List.copyOf(strange);
    }

    /** The way to a host. It is closed with this. */
    public synchronized PowerShellTransport transport(String host) {
        KeyPair key = keys.get(host);
        SshTransport transport = new SshTransport(ssh.target(), () -> key);
        transports.add(transport);
        return transport;
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread serving = new Thread(() -> serve(client), "simulation-exchange");
                serving.setDaemon(true);
                serving.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            String host = in.readLine();
            String words = in.readLine();
            String request = in.readLine();
            if (request == null) {
                return;
            }
            if (!words.equals(String.join(" ", Bootstrap.commandLine("powershell.exe")))) {
                note(words);
            }
            byte[] line = (request + "\n").getBytes(StandardCharsets.UTF_8);
            Exchange exchange =
                    world.transport(host).exchange(line, Limits.within(Duration.ofMinutes(1), CancelFlag.NEVER));
            if (breaks(request)) {
                ssh.dropConnections();
                return;
            }
            client.getOutputStream().write(exchange.output());
            client.getOutputStream().flush();
        } catch (IOException gone) {
            // Whoever asked is gone.
        }
    }

    private synchronized void note(String words) {
        strange.add(words);
    }

    private synchronized boolean breaks(String request) {
        String text =
                JsonMapper.builder().build().readTree(request).get("script").stringValue();
        boolean breaks = drops.test(world.nameOf(text));
        dropped += breaks ? 1 : 0;
        return breaks;
    }

    @Override
    public void close() {
        transports.forEach(SshTransport::close);
        ssh.close();
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
