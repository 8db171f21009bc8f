package io.sdr.core.sync.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.core.sync.wire.Fingerprint.Level;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {
    @TempDir
    Path temp;

    @Test
    void tagsAreThoseOfPlainGcm() throws GeneralSecurityException {
        Random random = new Random(1);
        try (SessionKeys keys = SessionKeys.draw(new SecureRandom())) {
            Fingerprint fingerprint = new GcmFingerprint(keys);
            for (Level level : Level.values()) {
                for (int length : new int[] {0, 1, 16, 4096, 65_536, 262_144}) {
                    byte[] data = new byte[length + 3];
                    random.nextBytes(data);
                    byte[] tags = new byte[40];
                    long index = random.nextLong();
                    fingerprint.tag(level, index, data, 3, length, tags, 7);
                    byte[] iv = ByteBuffer.allocate(12)
                            .putLong(index)
                            .putInt(level.number())
                            .array();
                    SecretKey key = level == Level.UNIT ? keys.units() : keys.blocks();
                    Cipher plain = Cipher.getInstance("AES/GCM/NoPadding");
                    plain.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, iv));
                    byte[] sealed = plain.doFinal(data, 3, length);
                    assertThat(Arrays.copyOfRange(tags, 7, 23))
                            .isEqualTo(Arrays.copyOfRange(sealed, length, length + 16));
                    assertThat(tags[6]).isZero();
                    assertThat(tags[23]).isZero();
                }
            }
        }
    }

    @Test
    void keysDifferAndAreZeroedAndSayNothing() {
        SessionKeys one = SessionKeys.draw(new SecureRandom());
        byte[] bytes = one.blocks().getEncoded();
        assertThat(bytes).isNotEqualTo(one.units().getEncoded());
        try (SessionKeys other = SessionKeys.draw(new SecureRandom())) {
            assertThat(bytes).isNotEqualTo(other.blocks().getEncoded());
        }
        assertThat(one.toString() + one.blocks() + one.units())
                .doesNotContain(HexFormat.of().formatHex(bytes))
                .isEqualTo("session keyssession keysession key");
        assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(one.blocks()))
                .isInstanceOf(NotSerializableException.class);
        one.close();
        assertThat(one.blocks().isDestroyed()).isTrue();
        assertThatThrownBy(() -> one.blocks().getEncoded()).isInstanceOf(IllegalStateException.class);
    }

    /** Keys are drawn anew for each sync and zeroed when it ends; no vector repeats under a key with other bytes, at either end. */
    @Test
    void eachSyncHasKeysOfItsOwnAndNoVectorRepeats() throws IOException {
        byte[] content = new byte[(9 << 20) + 7];
        new Random(1).nextBytes(content);
        byte[] old = content.clone();
        for (int i = 0; i < content.length; i += 70_001) {
            old[i]++;
        }
        Path source = temp.resolve("a");
        Path target = temp.resolve("b");
        Files.write(source, content);
        List<SessionKeys> seen = new ArrayList<>();
        List<String> encoded = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            Files.write(target, old);
            Map<SessionKeys, Map<String, Integer>> vectors = new HashMap<>();
            new WireSync()
                    .fingerprint(keys -> {
                        synchronized (seen) {
                            seen.add(keys);
                            encoded.add(HexFormat.of().formatHex(keys.blocks().getEncoded()));
                            return new Recording(
                                    new GcmFingerprint(keys), vectors.computeIfAbsent(keys, key -> new HashMap<>()));
                        }
                    })
                    .run(source, target)
                    .source()
                    .done();
            assertThat(vectors).hasSize(2); // one set of keys at each end
            vectors.values()
                    .forEach(each ->
                            assertThat(each.values()).hasSizeGreaterThan(20).containsOnly(1));
        }
        assertThat(encoded.stream().distinct()).hasSize(2);
        assertThat(seen)
                .allSatisfy(keys -> assertThat(
                                keys.blocks().isDestroyed() && keys.units().isDestroyed())
                        .isTrue());
    }

    private record Recording(Fingerprint real, Map<String, Integer> vectors) implements Fingerprint {
        @Override
        public void tag(Level level, long index, byte[] data, int from, int length, byte[] tags, int at) {
            synchronized (vectors) {
                vectors.merge(level + " " + index, 1, Integer::sum);
            }
            real.tag(level, index, data, from, length, tags, at);
        }
    }

    @Test
    void zeroTest() {
        byte[] bytes = new byte[300];
        for (int length = 0; length < 40; length++) {
            for (int from = 0; from < 10; from++) {
                Arrays.fill(bytes, (byte) 1);
                Arrays.fill(bytes, from, from + length, (byte) 0);
                assertThat(ZeroTest.isZero(bytes, from, length)).isTrue();
                for (int at = from; at < from + length; at++) {
                    bytes[at] = 1;
                    assertThat(ZeroTest.isZero(bytes, from, length)).isFalse();
                    bytes[at] = 0;
                }
            }
        }
    }
}
