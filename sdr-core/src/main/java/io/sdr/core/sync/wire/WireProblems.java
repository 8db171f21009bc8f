package io.sdr.core.sync.wire;

import io.sdr.api.CorruptException;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** What can be wrong with a connection and with what comes over it, in words. */
final class WireProblems {
    private static final String VERSIONS = "see that both ends run the same version of sdr, then run it again";

    private static final String LOST = "LINK_LOST";

    private WireProblems() {}

    private static CorruptException wrong(String code, String state) {
        return new CorruptException(Problem.of(code)
                .attempted("understand the other end of the connection")
                .state(state)
                .remedy(VERSIONS));
    }

    static CorruptException noFrame(byte[] header) {
        return wrong("FRAME_GARBAGE", "what came is no frame: " + HexFormat.of().formatHex(header));
    }

    static CorruptException tooLong(FrameType type, long length) {
        return wrong(
                "FRAME_TOO_LONG",
                "a frame " + type + " says " + length + " bytes, at most " + type.maxBytes() + " are right");
    }

    static CorruptException damaged(FrameType type) {
        return wrong("FRAME_DAMAGED", "the checksum of a frame " + type + " is wrong");
    }

    static CorruptException gap(FrameType type, long expected, long found) {
        return wrong("FRAME_SEQUENCE", "a frame " + type + " has the number " + found + ", due was " + expected);
    }

    static CorruptException malformed(FrameType type, String why) {
        return wrong("FRAME_MALFORMED", "a frame " + type + " is not as it must be: " + why);
    }

    static CorruptException unexpected(FrameType type, String expected) {
        return wrong("FRAME_UNEXPECTED", "a frame " + type + " came, " + expected + " was due");
    }

    static CorruptException contradiction(long unit) {
        return wrong(
                "TAGS_CONTRADICT",
                "of MiB " + unit + " of the disk the tags of the parts are equal, that of the whole is not");
    }

    static RetryableException lost(String peer, IOException cause) {
        return new RetryableException(
                Problem.of(LOST)
                        .attempted("go on with " + peer)
                        .state("the connection broke: " + cause.getMessage())
                        .remedy("see that the other end runs and can be reached, then run it again"),
                cause);
    }

    /** What a connection that failed means: refused by TLS, or lost. */
    static SdrException broken(String peer, IOException cause) {
        return cause instanceof SSLException ssl && isRefusal(ssl) ? refused(peer, ssl) : lost(peer, cause);
    }

    private static boolean isRefusal(SSLException e) {
        return e instanceof SSLHandshakeException
                || String.valueOf(e.getMessage()).contains("fatal alert");
    }

    static InvalidRequestException refused(String peer, SSLException cause) {
        String text = texts(cause);
        boolean expired = text.contains("CertificateExpired") || text.contains("certificate_expired");
        return new InvalidRequestException(
                Problem.of(expired ? "CERTIFICATE_EXPIRED" : "TLS_REFUSED")
                        .attempted("agree with " + peer + " on a connection with TLS 1.3")
                        .state(text)
                        .remedy("see that both ends have valid certificates of the same authority, that this one names"
                                + " the host, and that their clocks are right"),
                cause);
    }

    private static String texts(Throwable e) {
        StringBuilder text = new StringBuilder(e.getClass().getSimpleName() + ": " + e.getMessage());
        for (Throwable each = e.getCause(); each != null && text.length() < 500; each = each.getCause()) {
            text.append("; ")
                    .append(each.getClass().getSimpleName())
                    .append(": ")
                    .append(each.getMessage());
        }
        return text.toString();
    }

    static RetryableException unreachable(String peer, IOException cause) {
        return new RetryableException(
                Problem.of("PEER_UNREACHABLE")
                        .attempted("connect to " + peer)
                        .state(cause.getClass().getSimpleName() + ": " + cause.getMessage())
                        .remedy("see that the agent runs and listens there, then run it again"),
                cause);
    }

    static InvalidRequestException unusable(Path file, String what, Throwable cause) {
        return new InvalidRequestException(
                Problem.of("CERTIFICATE_FILES")
                        .attempted("read " + what + " from " + file)
                        .state(cause.getClass().getSimpleName())
                        .remedy("name a PEM file: certificates as CERTIFICATE, the key as PRIVATE KEY (PKCS #8, not"
                                + " encrypted)"),
                cause);
    }

    static RetryableException closed(String peer) {
        return lost(peer, new IOException("the other end closed it"));
    }

    /** Whether the connection broke: then the other end may have said why. */
    static boolean isLost(SdrException e) {
        return e.code().equals(LOST);
    }

    static RetryableException interrupted() {
        return new RetryableException(Problem.of("INTERRUPTED")
                .attempted("wait for the other end of a sync")
                .state("the thread was interrupted")
                .remedy("run it again"));
    }

    static RetryableException silent(String peer, long millis) {
        return new RetryableException(Problem.of("PEER_SILENT")
                .attempted("go on with " + peer)
                .state("nothing came from it for " + millis + " ms")
                .remedy("see that the other end runs and can be reached, then run it again"));
    }

    static RetryableException stalled(String peer, long millis) {
        return new RetryableException(Problem.of("PEER_STALLED")
                .attempted("go on with " + peer)
                .state("it took nothing of what was sent for " + millis + " ms")
                .remedy("see that the other end works, then run it again"));
    }

    static InvalidRequestException sameDisk(String source) {
        return new InvalidRequestException(Problem.of("SAME_DISK")
                .attempted("sync " + source)
                .state("the target is the very same file; nothing was changed")
                .remedy("name two different disks"));
    }

    static OperationFailedException storedOtherwise(long frame) {
        return new OperationFailedException(Problem.of("TARGET_STORED_OTHERWISE")
                .attempted("read again what was just written")
                .state("frame " + frame + " of the data reads otherwise than it was sent")
                .remedy("let nothing else write to the target, check its storage, then run the same sync again"));
    }

    static OperationFailedException unequal(String sourceDigest, String targetDigest) {
        return new OperationFailedException(Problem.of("SYNC_NOT_EQUAL")
                .attempted("verify the target against the source")
                .state("their digests differ after the sync: " + sourceDigest + " and " + targetDigest)
                .remedy("let nothing write to either disk, then run the same sync again"));
    }

    static OperationFailedException internal(RuntimeException cause) {
        return new OperationFailedException(
                Problem.of("UNEXPECTED")
                        .attempted("go on with a sync over a connection")
                        .state("a mistake in sdr: " + cause.getClass().getSimpleName())
                        .remedy("report it with the log"),
                cause);
    }
}
