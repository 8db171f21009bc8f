package io.sdr.benchmarks.sample;

import io.sdr.api.SiteRecovery;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.SiteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** An engine as a service: it runs until the process is asked to end. */
public final class EngineProcess {
    private EngineProcess() {}

    /** Runs it on the folder that is named first. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            asked.countDown();
            try {
                ended.await(); // the process lives until all below is closed
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        try (FolderSite east = FolderSite.open(SiteOptions.named("east"), folder.resolve("east"));
                FolderSite west = FolderSite.open(SiteOptions.named("west"), folder.resolve("west"));
                SiteRecovery recovery = SiteRecovery.builder()
                        .site(east)
                        .site(west)
                        .dataDirectory(folder.resolve("engine"))
                        .build()) {
            System.out.println("running: " + recovery.items().size() + " items");
            asked.await(); // the engine's threads alone keep no process alive
        } finally {
            System.out.println("closed");
            ended.countDown();
        }
    }
}
