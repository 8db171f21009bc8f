package io.sdr.hyperv.transport;

import io.sdr.hyperv.text.OneLine;
import io.sdr.hyperv.transport.Exchange.Ending;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.future.OpenFuture;
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
    private final ReentrantLock connecting = new ReentrantLock();
    private final AtomicReference<@Nullable ClientSession> session = new AtomicReference<>();
    /** The last connection that was not made; guarded by the lock. */
    private @Nullable Failure failure;

    private volatile boolean closed;

    private record Failure(long nanos, IOException why) {}

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
        this(target, key, SshClient.setUpDefaultClient());
    }

    /** Takes over a client that was not started yet. */
    SshTransport(Target target, Supplier<KeyPair> key, SshClient client) {
        this.target = target;
        this.key = key;
        this.commandLine = String.join(" ", Bootstrap.commandLine(target.executable()));
        this.client = client;
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
        long began = System.nanoTime();
        long end = began + limits.patience().toNanos();
        ClientSession open;
        try {
            open = connected(limits, began, end);
        } catch (IOException failed) {
            return Exchange.silent(isRefusal(failed) ? Ending.REFUSED : Ending.NOT_STARTED, describe(failed));
        }
        CappedBytes output = new CappedBytes(limits.outputBytes());
        CappedBytes errors = new CappedBytes(Limits.ERROR_BYTES);
        Outgoing outgoing = new Outgoing(request);
        try (ChannelExec channel = open.createExecChannel(commandLine)) {
            channel.setIn(outgoing);
            channel.setOut(output);
            channel.setErr(errors);
            Ending ending = talk(channel, open, limits, output, end);
            Integer exit = channel.getExitStatus();
            boolean unheard = ending != Ending.ENDED && outgoing.holdBack();
            return new Exchange(
                    unheard ? Ending.NOT_STARTED : ending,
                    ending == Ending.ENDED && exit != null ? OptionalInt.of(exit) : OptionalInt.empty(),
                    output.toBytes(),
                    errors.toBytes(),
                    "ssh " + target.user() + "@" + target.host());
        } catch (IOException
                | IllegalStateException broken) { // the latter from a channel of a connection that is closing
            forget(open);
            Ending ending = outgoing.holdBack() ? Ending.NOT_STARTED : Ending.LOST;
            return new Exchange(ending, OptionalInt.empty(), output.toBytes(), errors.toBytes(), describe(broken));
        }
    }

    private Ending talk(ChannelExec channel, ClientSession open, Limits limits, CappedBytes output, long end)
            throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        channel.addCloseFutureListener(closed -> over.countDown());
        OpenFuture opening = channel.open();
        boolean broken = false;
        while (true) {
            if (isOver(over)) {
                // Without an exit status the far side did not end by itself: the connection did.
                opening.verify(LOOK_MILLISECONDS);
                return output.isOver()
                        ? Ending.TOO_MUCH_OUTPUT
                        : channel.getExitStatus() != null ? Ending.ENDED : lost(open);
            }
            if (broken) { // a channel that was made while its connection closed is told nothing any more
                return lost(open);
            }
            broken = !open.isOpen();
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

    /** Waits a while for a channel to close; MINA's own way of waiting would swallow an interrupt. */
    private static boolean isOver(CountDownLatch over) {
        try {
            return over.await(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Ending lost(ClientSession open) {
        forget(open);
        return Ending.LOST;
    }

    /**
     * The connection that is open, or a new one. One at a time is made; the others wait for it, each for no longer than it may, and take
     * its failure for their own.
     */
    private ClientSession connected(Limits limits, long began, long end) throws IOException {
        await(limits, end);
        try {
            if (closed) {
                throw new IOException("the transport is closed");
            }
            ClientSession present = session.get();
            if (present != null && present.isOpen() && present.isAuthenticated()) {
                return present;
            }
            Failure last = failure;
            if (last != null && last.nanos() - began >= 0) {
                throw last.why();
            }
            try {
                return connect(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            } catch (IOException failed) {
                failure = new Failure(System.nanoTime(), failed);
                throw failed;
            }
        } finally {
            connecting.unlock();
        }
    }

    private void await(Limits limits, long end) throws IOException {
        try {
            while (!connecting.tryLock(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                if (limits.cancel().isSet() || System.nanoTime() - end >= 0) {
                    throw new IOException("no connection yet, and the time is over");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted before there was a connection", e);
        }
    }

    private ClientSession connect(Duration left) throws IOException {
        Duration wait = left.compareTo(CONNECT) < 0 ? left : CONNECT;
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
        session.set(made);
        return made;
    }

    private void forget(ClientSession broken) {
        if (!broken.isOpen()) {
            session.compareAndSet(broken, null);
        }
    }

    /** The far side was there: its key is not pinned, or it does not want ours. */
    private static boolean isRefusal(IOException failed) {
        return failed instanceof SshException refused
                && (refused.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_HOST_KEY_NOT_VERIFIABLE
                        || refused.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE);
    }

    private static String describe(Exception failed) {
        return OneLine.of(String.valueOf(failed.getMessage()));
    }

    @Override
    public void close() {
        closed = true;
        client.close(true);
    }
}
