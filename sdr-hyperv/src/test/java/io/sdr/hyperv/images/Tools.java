package io.sdr.hyperv.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Programs of others. One that is not installed skips the test, and fails it where CI is true. */
record Tools(Path folder) {
    private Process start(List<String> command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            if ("true".equals(System.getenv("CI"))) {
                throw e;
            }
            return abort(command.get(0) + " is not installed");
        }
    }

    /** Runs a program that must end well, and gives what it says. */
    String run(String... command) throws IOException, InterruptedException {
        Process process = start(List.of(command));
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command) + "\n" + out).isZero();
        return out;
    }

    /** Runs what ends well only where something is installed; skips the test where it is not, unless CI is true. */
    void need(String... command) throws IOException, InterruptedException {
        Process process = start(List.of(command));
        process.getInputStream().readAllBytes();
        if (process.waitFor() != 0) {
            String missing = "not installed: what this needs: " + String.join(" ", command);
            assertThat(System.getenv("CI")).as(missing).isNotEqualTo("true");
            abort(missing);
        }
    }

    /** Gives commands to qemu-io, each after the one before has ended, and kills it. */
    String killed(String image, List<String> commands) throws IOException, InterruptedException {
        Process process = start(List.of("qemu-io", image));
        StringBuilder out = new StringBuilder(prompt(process.getInputStream()));
        for (String each : commands) {
            process.getOutputStream().write((each + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            out.append(prompt(process.getInputStream()));
        }
        process.destroyForcibly().waitFor();
        return out.toString();
    }

    private static String prompt(InputStream in) throws IOException {
        StringBuilder out = new StringBuilder();
        while (out.indexOf("qemu-io> ") < 0) {
            int next = in.read();
            assertThat(next).as("qemu-io ended: " + out).isNotNegative();
            out.append((char) next);
        }
        return out.toString();
    }

    /** Makes some content with holes. */
    static byte[] content(int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] bytes = new byte[size];
        for (int i = 0; i < 30; i++) {
            byte[] piece = new byte[random.nextInt(1, 300_000)];
            random.nextBytes(piece);
            System.arraycopy(piece, 0, bytes, random.nextInt(size - piece.length), piece.length);
        }
        return bytes;
    }
}
