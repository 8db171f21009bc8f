package io.sdr.hyperv.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sdr.api.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as OpenSSH's ssh-keygen writes them are what it says that they are; what is none is refused. */
class SshKeyFileTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"ecdsa", "rsa"})
    void readsWhatOpenSshMade(String type) throws IOException, InterruptedException {
        Path file = folder.resolve("engine.key");
        make(type, "", file);

        String read = PublicKeyEntry.toString(new SshKeyFile(file).get().getPublic());

        assertThat(Files.readString(folder.resolve("engine.key.pub"))).startsWith(read + " ");
    }

    @Test
    void readsTheFileEachTime() throws IOException, InterruptedException {
        Path file = folder.resolve("engine.key");
        make("ecdsa", "", file);
        SshKeyFile key = new SshKeyFile(file);
        var before = key.get().getPublic();
        Files.delete(file);
        make("ecdsa", "", file);

        assertThat(key.get().getPublic()).isNotEqualTo(before);
    }

    @Test
    void keyWithPassphraseIsRefused() throws IOException, InterruptedException {
        Path file = folder.resolve("engine.key");
        make("ecdsa", "a secret", file);

        refused(file);
    }

    @Test
    void whatIsNoKeyIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "no key\n");
        Path empty = Files.writeString(folder.resolve("empty"), "");

        refused(text);
        refused(empty);
        refused(folder.resolve("missing"));
        refused(folder);
    }

    private static void refused(Path file) {
        assertThatThrownBy(() -> new SshKeyFile(file).get())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("KEY_UNREADABLE")
                .hasMessageContaining(file.toString());
    }

    private static void make(String type, String passphrase, Path file) throws IOException, InterruptedException {
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".pub"));
        try {
            int exit = new ProcessBuilder("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            assertThat(exit).isZero();
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                fail("CI installs ssh-keygen", e);
            }
            abort("needs ssh-keygen (openssh-client)");
        }
    }
}
