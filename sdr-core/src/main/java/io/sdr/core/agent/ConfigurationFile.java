package io.sdr.core.agent;

import io.sdr.api.spi.Access;
import io.sdr.core.sync.wire.TlsIdentity;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/** Reads an agent's configuration from its file. Used once. */
final class ConfigurationFile {
    private static final Pattern LISTED = Pattern.compile("(controller|peer|root)\\.([A-Za-z0-9_-]{1,64})");
    private static final Pattern DISK = Pattern.compile("disk\\.([A-Za-z0-9_-]{1,64})\\.(path|rights)");
    private static final Pattern LISTEN = Pattern.compile("(?:\\[(.+)\\]|([^:]*)):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;
    private static final int MAX_DEADLINE_SECONDS = 3600;

    private final Path file;
    private final Properties properties = new Properties();
    private final Set<X500Principal> controllers = new LinkedHashSet<>();
    private final Set<X500Principal> peers = new LinkedHashSet<>();
    private final Map<String, Path> roots = new HashMap<>();
    private final Map<String, AgentConfiguration.Disk> disks = new HashMap<>();

    ConfigurationFile(Path file) {
        this.file = file;
    }

    AgentConfiguration read() {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw AgentProblems.configuration(file + " cannot be read: " + e);
        }
        Matcher listen = LISTEN.matcher(take("listen"));
        if (!listen.matches() || Integer.parseInt(listen.group(3)) > MAX_PORT) {
            throw AgentProblems.configuration("listen is not HOST:PORT");
        }
        TlsIdentity identity = TlsIdentity.read(path(take("certificate")), path(take("key")), path(take("authority")));
        Duration deadline = deadline();
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            entry(key);
        }
        if (controllers.isEmpty() && peers.isEmpty()) {
            throw AgentProblems.configuration(
                    "neither a controller nor a peer is listed, so that it could serve nobody");
        }
        return new AgentConfiguration(
                listen.group(1) == null ? listen.group(2) : listen.group(1),
                Integer.parseInt(listen.group(3)),
                identity,
                controllers,
                peers,
                roots,
                disks,
                deadline);
    }

    private void entry(String key) {
        Matcher listed = LISTED.matcher(key);
        Matcher disk = DISK.matcher(key);
        if (listed.matches()) {
            String value = value(key);
            switch (listed.group(1)) {
                case "controller" -> controllers.add(subject(key, value));
                case "peer" -> peers.add(subject(key, value));
                default -> roots.put(listed.group(2), folder(key, path(value)));
            }
        } else if (disk.matches()) {
            String name = disk.group(1);
            String rights = properties.getProperty("disk." + name + ".rights", "");
            if (!rights.equals("read") && !rights.equals("write")) {
                throw AgentProblems.configuration("disk." + name + ".rights is neither read nor write");
            }
            Access access = rights.equals("write") ? Access.WRITE : Access.READ;
            disks.put(name, new AgentConfiguration.Disk(path(value("disk." + name + ".path")), access));
        } else {
            throw AgentProblems.configuration("the key " + key + " is not known");
        }
    }

    private Duration deadline() {
        Object text = properties.remove("deadline.seconds");
        if (text == null) {
            return AgentConfiguration.DEADLINE;
        }
        try {
            int seconds = Integer.parseInt(text.toString());
            if (seconds >= 1 && seconds <= MAX_DEADLINE_SECONDS) {
                return Duration.ofSeconds(seconds);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw AgentProblems.configuration("deadline.seconds is not a number from 1 to " + MAX_DEADLINE_SECONDS);
    }

    private String take(String key) {
        String value = value(key);
        properties.remove(key);
        return value;
    }

    private String value(String key) {
        String value = properties.getProperty(key, "").strip();
        if (value.isEmpty()) {
            throw AgentProblems.configuration(key + " is missing");
        }
        return value;
    }

    private static X500Principal subject(String key, String text) {
        try {
            return new X500Principal(text);
        } catch (IllegalArgumentException e) {
            throw AgentProblems.configuration(key + " is no subject of a certificate such as CN=engine");
        }
    }

    private Path path(String text) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            return folder == null ? Path.of(text) : folder.resolve(text);
        } catch (InvalidPathException e) {
            throw AgentProblems.configuration("'" + text + "' is no path");
        }
    }

    private static Path folder(String key, Path path) {
        if (!Files.isDirectory(path)) {
            throw AgentProblems.configuration(key + " is no folder: " + path);
        }
        return path;
    }
}
