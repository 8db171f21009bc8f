package io.sdr.benchmarks.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Has an agent stop in the middle of sending a disk until it is let go on, so that it or the other one can be killed there: two files
 * beside the agents' configurations, one that asks for it and one that says that it is so.
 */
final class AgentHold {
    private final Path wanted;
    private final Path held;

    /** Names a place. */
    AgentHold(Path folder) {
        this.wanted = folder.resolve("hold");
        this.held = folder.resolve("held");
    }

    /** Asks for it. */
    void ask() {
        delete(held);
        make(wanted);
    }

    /** Whether somebody has stopped. */
    boolean isHeld() {
        return Files.exists(held);
    }

    /** Asks for it no more. */
    void release() {
        delete(wanted);
        delete(held);
    }

    /** What an agent does in the middle: waits, if it is asked to. */
    void pass() {
        if (!Files.exists(wanted)) {
            return;
        }
        make(held);
        try {
            while (Files.exists(wanted)) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void make(Path file) {
        try {
            Files.write(file, new byte[0]);
        } catch (IOException e) {
            throw FileFailure.of("write", file, e);
        }
    }

    private static void delete(Path file) {
        try {
            boolean unused = Files.deleteIfExists(file);
        } catch (IOException e) {
            throw FileFailure.of("delete", file, e);
        }
    }
}
