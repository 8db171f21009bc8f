package io.sdr.core.sync.wire;

import io.sdr.api.SdrException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.security.auth.x500.X500Principal;

/**
 * A connection with TLS 1.3, both ends of which have shown certificates that lead to a trusted authority. The end that connects also
 * makes sure that the certificate is made out to the host that it asked for (RFC 9110 section 4.3.4).
 */
public final class TlsDuplex implements Duplex {
    private static final int DRAINED_BYTES = 64 << 10;

    private final Socket raw;
    private final SSLSocket socket;
    private final String peer;
    private final X500Principal subject;
    private final InputStream in;
    private final OutputStream out;

    private TlsDuplex(Socket raw, SSLSocket socket, String peer) throws IOException {
        this.raw = raw;
        this.socket = socket;
        this.peer = peer;
        this.subject = TlsIdentity.subject(socket.getSession().getPeerCertificates());
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /**
     * Connects. In TLS 1.3 the other end may still refuse this one's certificate afterwards: then the first thing received fails.
     *
     * @param host where the other end listens: a name or an address that its certificate is made out to
     * @param port the port
     * @param identity who this end is
     * @param deadline how long connecting, and later each wait for something, may take
     * @return the connection
     * @throws SdrException codes {@code PEER_UNREACHABLE}, {@code TLS_REFUSED}, {@code CERTIFICATE_EXPIRED}, {@code PEER_SILENT}
     */
    public static TlsDuplex connect(String host, int port, TlsIdentity identity, Duration deadline) {
        String peer = host + ":" + port;
        Socket raw = new Socket();
        try {
            raw.connect(new InetSocketAddress(host, port), millis(deadline));
        } catch (IOException e) {
            closeQuietly(raw);
            throw WireProblems.unreachable(peer, e);
        }
        return shakeHands(raw, peer, host, identity, true, deadline);
    }

    /**
     * Takes a connection that the other end has made, and asks for its certificate. A refused one is told why, as far as TLS does.
     *
     * @param raw the connection; closed with this, or on failure
     * @param identity who this end is
     * @param deadline how long each wait for something may take
     * @return the connection
     * @throws SdrException codes {@code TLS_REFUSED}, {@code CERTIFICATE_EXPIRED}, {@code PEER_SILENT}, {@code LINK_LOST}
     */
    public static TlsDuplex accept(Socket raw, TlsIdentity identity, Duration deadline) {
        String host = raw.getInetAddress().getHostAddress();
        return shakeHands(raw, host + ":" + raw.getPort(), host, identity, false, deadline);
    }

    private static TlsDuplex shakeHands(
            Socket raw, String peer, String host, TlsIdentity identity, boolean connecting, Duration deadline) {
        try {
            raw.setTcpNoDelay(true);
            raw.setSoTimeout(millis(deadline));
            SSLSocket socket = (SSLSocket) identity.sockets().createSocket(raw, host, raw.getPort(), false);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3"});
            if (connecting) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            } else {
                parameters.setNeedClientAuth(true);
            }
            socket.setUseClientMode(connecting);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new TlsDuplex(raw, socket, peer);
        } catch (SocketTimeoutException e) {
            closeQuietly(raw);
            throw WireProblems.silent(peer, deadline.toMillis());
        } catch (SSLException e) {
            if (e.getCause() instanceof EOFException) { // whoever refuses says so; this end of it says nothing
                closeQuietly(raw);
                throw WireProblems.lost(peer, e);
            }
            drain(raw);
            throw e.getCause() instanceof SocketTimeoutException
                    ? WireProblems.silent(peer, deadline.toMillis())
                    : WireProblems.refused(peer, e);
        } catch (IOException e) {
            closeQuietly(raw);
            throw WireProblems.lost(peer, e);
        }
    }

    /** Lets the other end read why it was refused, which an early close could take from it. */
    private static void drain(Socket raw) {
        try {
            raw.shutdownOutput();
            byte[] taken = new byte[1024];
            int left = DRAINED_BYTES;
            for (int count = raw.getInputStream().read(taken); count > 0 && left > 0; left -= count) {
                count = raw.getInputStream().read(taken);
            }
        } catch (IOException e) {
            // it is gone already
        } finally {
            closeQuietly(raw);
        }
    }

    private static int millis(Duration deadline) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, deadline.toMillis()));
    }

    /**
     * Tells whose certificate the other end has shown.
     *
     * @return the subject of the certificate
     */
    public X500Principal subject() {
        return subject;
    }

    @Override
    public InputStream input() {
        return in;
    }

    @Override
    public OutputStream output() {
        return out;
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public String peer() {
        return peer;
    }

    /** Closes what lies below TLS: closing TLS itself would wait for a writer that waits for the other end. */
    @Override
    public void close() {
        closeQuietly(raw);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // nothing is lost: all that mattered was acknowledged before
        }
    }
}
