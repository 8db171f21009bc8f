package io.sdr.core.agent;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * What an agent gives a controller for a disk and a right: whoever shows it may use that disk, once, as long as the controller's
 * connection lives. Says nothing of itself, since it is a secret. Immutable.
 */
public final class Handle {
    static final int BYTES = 16;

    private final byte[] secret;

    private Handle(byte[] secret) {
        this.secret = secret;
    }

    static Handle draw(SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new Handle(secret);
    }

    static Handle of(byte[] secret) {
        return new Handle(secret.clone());
    }

    byte[] secret() {
        return secret;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Handle handle && Arrays.equals(secret, handle.secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(secret);
    }

    @Override
    public String toString() {
        return "handle";
    }
}
