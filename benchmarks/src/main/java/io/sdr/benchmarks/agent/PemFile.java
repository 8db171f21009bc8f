package io.sdr.benchmarks.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;

/** Writes PEM files (RFC 7468); never replaces one. Keys are for their owner only where the file system knows that. */
final class PemFile {
    private static final int LINE = 64;

    private PemFile() {}

    static void certificate(Path file, byte[] encoded) throws IOException {
        Files.write(file, text("CERTIFICATE", encoded), StandardOpenOption.CREATE_NEW);
    }

    static void key(Path file, byte[] encoded) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] owner = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, owner);
        Files.write(file, text("PRIVATE KEY", encoded));
    }

    private static byte[] text(String what, byte[] encoded) {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(encoded);
        return ("-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
