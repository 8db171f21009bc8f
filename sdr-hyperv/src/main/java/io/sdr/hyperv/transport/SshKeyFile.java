package io.sdr.hyperv.transport;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.function.Supplier;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.util.security.SecurityUtils;

/**
 * An account's key in a file, as {@code ssh-keygen} writes it, without a passphrase: ECDSA or RSA. (Ed25519 keys can be read only with
 * Bouncy Castle on the class path.) The file is read whenever a connection is made, and nothing of it is kept, so a key can be changed
 * while the engine runs. Needs {@code org.apache.sshd:sshd-osgi}. Thread-safe.
 *
 * @param file the private key
 */
public record SshKeyFile(Path file) implements Supplier<KeyPair> {
    /**
     * Reads it.
     *
     * @throws InvalidRequestException code {@code KEY_UNREADABLE} if there is no such key, or none that can be used
     */
    @Override
    public KeyPair get() {
        Iterable<KeyPair> pairs;
        try (InputStream in = Files.newInputStream(file)) {
            pairs = SecurityUtils.loadKeyPairIdentities(
                    null, NamedResource.ofName(file.toString()), in, FilePasswordProvider.EMPTY);
        } catch (IOException
                | GeneralSecurityException
                | RuntimeException e) { // what it cannot parse it tells by any of them
            throw new InvalidRequestException(unreadable(e.toString()), e);
        }
        if (pairs == null || !pairs.iterator().hasNext()) {
            throw new InvalidRequestException(unreadable("it holds no private key"));
        }
        return pairs.iterator().next();
    }

    private Problem unreadable(String why) {
        return Problem.of("KEY_UNREADABLE")
                .attempted("read the SSH key " + file)
                .state(why)
                .remedy(
                        "give the file of a private key without a passphrase, made by: ssh-keygen -t ecdsa -N \"\" -f FILE");
    }
}
