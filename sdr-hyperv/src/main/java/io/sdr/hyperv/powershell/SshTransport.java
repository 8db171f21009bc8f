package io.sdr.hyperv.powershell;

import io.sdr.hyperv.powershell.Exchange.Ending;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/**
 * PowerShell on another host by SSH, with Windows' own OpenSSH server there: a key, no password; the host's key is pinned. One
 * connection serves all exchanges, each on a channel of its own, and is made anew when it broke. Needs
 * {@code org.apache.sshd:sshd-osgi}, which is an optional dependency of this module. Thread-safe.
 *
 * <p>A logon by key carries no credentials for further machines: a script touches the host that it runs on, and no other.
 */
public final class SshTransport implements PowerShellTransport {
    private static final long LOOK_MILLISECONDS = 50;
    private static final Duration CONNECT = Duration.ofSeconds(20);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final Target target;
    private final Supplier<KeyPair> key;
    private final String commandLine;
    private final SshClient client;
    private final Object connecting = new Object();
    private @Nullable ClientSession session;
    private volatile boolean closed;

    /**
     * Where to connect to.
     *
     * @param host name or address
     * @param port usually 22
     * @param user the account there
     * @param hostKeys the SHA-256 fingerprints of the host's keys as {@code ssh-keygen -lf} prints them,
     *     {@code SHA256:…}; a host that shows no key of these is refused
     * @param executable the PowerShell there, such as {@code powershell.exe}
     */
    public record Target(String host, int port, String user, Set<String> hostKeys, String executable) {
        /** Copies the set, and checks that somebody is pinned. */
        public Target {
            hostKeys = Set.copyOf(hostKeys);
            if (hostKeys.isEmpty()) {
                throw new IllegalArgumentException("pin at least one key of " + host + ": SHA256:…");
            }
        }
    }

    /**
     * Makes the transport. Nothing is connected yet.
     *
     * @param target where to
     * @param key gives the account's key whenever a connection is made; it is not kept
     */
    public SshTransport(Target target, Supplier<KeyPair> key) {
        this.target = target;
        this.key = key;
        this.commandLine = String.join(" ", Bootstrap.commandLine(target.executable()));
        this.client = SshClient.setUpDefaultClient();
        // Nothing of this user's own configuration, keys or known hosts plays a part.
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
        client.setServerKeyVerifier((session, address, shown) -> isPinned(shown));
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, HEARTBEAT);
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, 2);
        client.start();
    }

    private boolean isPinned(PublicKey shown) {
        return target.hostKeys().contains(KeyUtils.getFingerPrint(BuiltinDigests.sha256, shown));
    }

    @Override
    public String host() {
        return target.host();
    }

    @Override
    public Exchange exchange(byte[] request, Limits limits) {
        long end = System.nanoTime() + limits.patience().toNanos();
        ClientSession open;
        try {
            open = connected(limits.patience());
        } catch (IOException failed) {
            return Exchange.silent(isRefusal(failed) ? Ending.REFUSED : Ending.NOT_STARTED, describe(failed));
        }
        CappedBytes output = new CappedBytes(limits.outputBytes());
        CappedBytes errors = new CappedBytes(Limits.ERROR_BYTES);
        try (ChannelExec channel = open.createExecChannel(commandLine)) {
            channel.setIn(new ByteArrayInputStream(request));
            channel.setOut(output);
            channel.setErr(errors);
            try {
                channel.open().verify(patience(end));
            } catch (IOException refused) {
                forget(open);
                return Exchange.silent(Ending.NOT_STARTED, describe(refused));
            }
            Ending ending = watch(channel, open, limits, output, end);
            Integer exit = channel.getExitStatus();
            return new Exchange(
                    ending,
                    ending == Ending.ENDED && exit != null ? OptionalInt.of(exit) : OptionalInt.empty(),
                    output.toBytes(),
                    errors.toBytes(),
                    "ssh " + target.user() + "@" + target.host());
        } catch (IOException broken) {
            forget(open);
            return new Exchange(Ending.LOST, OptionalInt.empty(), output.toBytes(), errors.toBytes(), describe(broken));
        }
    }

    private Ending watch(ChannelExec channel, ClientSession open, Limits limits, CappedBytes output, long end) {
        EnumSet<ClientChannelEvent> awaited = EnumSet.of(ClientChannelEvent.CLOSED);
        while (true) {
            Set<ClientChannelEvent> seen = channel.waitFor(awaited, LOOK_MILLISECONDS);
            if (seen.contains(ClientChannelEvent.CLOSED)) {
                // Without an exit status the far side did not end by itself: the connection did.
                return output.isOver()
                        ? Ending.TOO_MUCH_OUTPUT
                        : channel.getExitStatus() != null ? Ending.ENDED : lost(open);
            }
            if (limits.cancel().isSet() || Thread.currentThread().isInterrupted()) {
                return Ending.CANCELLED;
            }
            if (output.isOver()) {
                return Ending.TOO_MUCH_OUTPUT;
            }
            if (System.nanoTime() - end >= 0) {
                return Ending.OUT_OF_TIME;
            }
        }
    }

    private Ending lost(ClientSession open) {
        forget(open);
        return Ending.LOST;
    }

    /** The connection that is open, or a new one. One at a time is made; the others wait for it. */
    private ClientSession connected(Duration patience) throws IOException {
        synchronized (connecting) {
            if (closed) {
                throw new IOException("the transport is closed");
            }
            ClientSession present = session;
            if (present != null && present.isOpen() && present.isAuthenticated()) {
                return present;
            }
            Duration wait = patience.compareTo(CONNECT) < 0 ? patience : CONNECT;
            ClientSession made = client.connect(target.user(), target.host(), target.port())
                    .verify(wait)
                    .getSession();
            try {
                made.addPublicKeyIdentity(key.get());
                made.auth().verify(wait);
            } catch (IOException | RuntimeException refused) {
                made.close(true);
                throw refused;
            }
            session = made;
            return made;
        }
    }

    private void forget(ClientSession broken) {
        synchronized (connecting) {
            if (session == broken && !broken.isOpen()) {
                session = null;
            }
        }
    }

    private static Duration patience(long end) {
        return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
    }

    /** The far side was there: its key is not pinned, or it does not want ours. */
    private static boolean isRefusal(IOException failed) {
        return failed instanceof SshException refused
                && (refused.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_HOST_KEY_NOT_VERIFIABLE
                        || refused.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE);
    }

    private static String describe(IOException failed) {
        return OneLine.of(String.valueOf(failed.getMessage()));
    }

    @Override
    public void close() {
        closed = true;
        client.close(true);
    }
}
