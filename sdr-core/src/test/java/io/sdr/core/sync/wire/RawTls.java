package io.sdr.core.sync.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/** A client that gets through TLS and then does as it likes. */
public final class RawTls {
    private RawTls() {}

    public static Socket connect(int port, TlsIdentity identity) throws IOException {
        SSLSocket socket = (SSLSocket) identity.sockets().createSocket("127.0.0.1", port);
        socket.startHandshake();
        return socket;
    }

    /** A greeting with another sequence number or version. */
    public static byte[] hello(int sequence, int version) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FrameWriter writer = new FrameWriter(out)) {
            byte[] payload = {'s', 'd', 'r', (byte) version};
            for (int i = 0; i <= sequence; i++) {
                out.reset();
                writer.write(FrameType.HELLO, payload, payload.length);
                writer.flush();
            }
        }
        return out.toByteArray();
    }

    /** Tells what a frame is. */
    public static FrameType typeOf(byte[] frame) {
        return FrameType.of(frame[0]).orElseThrow();
    }

    /** Reads frames until one tells an error; gives its code. */
    public static String readError(InputStream in) throws IOException {
        FrameReader reader = new FrameReader(in);
        Optional<Frame> frame = reader.read();
        while (frame.isPresent() && frame.get().type() != FrameType.ERROR) {
            frame = reader.read();
        }
        return RemoteError.read(frame.orElseThrow().read(), "agent").code();
    }
}
