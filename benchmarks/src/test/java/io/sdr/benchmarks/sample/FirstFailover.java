package io.sdr.benchmarks.sample;

import static io.sdr.api.RecoveryPointSelector.latest;
import static io.sdr.api.Side.PRIMARY;
import static io.sdr.api.Side.RECOVERY;

import io.sdr.api.FailoverPlan;
import io.sdr.api.Job;
import io.sdr.api.ProtectionRequest;
import io.sdr.api.ReplicatedItem;
import io.sdr.api.ReverseRequest;
import io.sdr.api.SiteRecovery;
import io.sdr.testkit.DiskImage;
import io.sdr.testkit.FolderSite;
import io.sdr.testkit.SiteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The sample of the README. */
public final class FirstFailover {
    public static void main(String[] args) throws IOException {
        Path image = Path.of(args[0]);
        Path folder = Path.of(args[1]);
        try (FolderSite east = FolderSite.open(SiteOptions.named("east"), folder.resolve("east"));
                FolderSite west = FolderSite.open(SiteOptions.named("west"), folder.resolve("west"));
                SiteRecovery recovery = SiteRecovery.builder()
                        .site(east)
                        .site(west)
                        .dataDirectory(folder.resolve("engine"))
                        .build()) {
            east.powerOn(east.importVm("sql-01", DiskImage.of(image)).id());
            ReplicatedItem vm = recovery.protect(
                            ProtectionRequest.of("sql-01").from("east").to("west"))
                    .await()
                    .item();
            recovery.failOver(FailoverPlan.unplanned(vm, RECOVERY).at(latest()).shutDownFirst())
                    .await();
            recovery.commit(vm).await();
            recovery.reverseReplicate(ReverseRequest.overwriting(PRIMARY, vm)).await();
            Job failback = recovery.failOver(FailoverPlan.planned(vm, PRIMARY));
            failback.awaitPrompt(Duration.ofHours(2)); // differences are over; the VM still runs
            recovery.completeFailover(vm).await();
            recovery.commit(vm).await();
            System.out.println(recovery.item(vm).status());
        }
    }
}
