package io.sdr.core.agent;

import io.sdr.api.spi.LocalFolder;
import io.sdr.core.format.DiskFormats;
import io.sdr.core.sync.HaltingFolder;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;

/** An agent in a process of its own that is halted at the nth thing that it does to a file. */
final class AgentProcess {
    private AgentProcess() {}

    public static void main(String[] args) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(Integer.parseInt(args[1]));
        SyncAgent agent = SyncAgent.start(
                AgentConfiguration.read(Path.of(args[0])),
                new AgentOptions(
                        path -> new HaltingFolder(LocalFolder.of(path), left),
                        new SecureRandom(),
                        (peer, failure) -> Runtime.getRuntime().halt(0),
                        Clock.systemUTC(),
                        DiskFormats.installed()));
        PrintStream out = System.out;
        out.println(agent.port());
        out.flush();
        Thread.currentThread().join();
    }
}
