package io.sdr.hyperv.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sdr.api.Finding;
import io.sdr.api.ItemId;
import io.sdr.api.SiteId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.access.FolderMapping;
import io.sdr.hyperv.access.HyperVHost;
import io.sdr.hyperv.host.HostOpener;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import io.sdr.hyperv.simulation.HostSettings;
import io.sdr.hyperv.simulation.SimulatedHost;
import io.sdr.hyperv.simulation.SimulatedWorld;
import io.sdr.testkit.VirtualTime;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hyper-V Replica between two simulated hosts: what is wrong with either is found at that one. */
class ReplicaReadinessTest {
    private static final String THUMBPRINT = "00FF";

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private SimulatedWorld world;
    private SimulatedHost east;
    private SimulatedHost west;
    private boolean certificates;

    @BeforeEach
    void twoHosts() {
        world = SimulatedWorld.in(folder, time);
        east = world.newHost("east", "hv-e1.example.net");
        west = world.newHost("west", "hv-w1.example.net");
    }

    private ReplicaReadiness.End end(SimulatedHost host) {
        HostOpener opener = new HostOpener(new ScriptCatalogue(), time::now, new SecureRandom());
        SiteHosts hosts = new SiteHosts(
                new SiteId(host.site()),
                List.of(opener.open(HyperVHost.of(
                        host.name(),
                        world.transport(host.name()),
                        FolderMapping.of("D:\\", host.real("D:\\")),
                        "D:\\sdr"))),
                false,
                Runnable::run);
        return new ReplicaReadiness.End(
                hosts,
                host.name(),
                certificates ? 443 : 80,
                name -> certificates ? Optional.of(THUMBPRINT) : Optional.empty());
    }

    private List<Finding> findings() {
        CallContext context =
                CallContext.once(new ItemId("web"), 0, "t", time.now().plusSeconds(600));
        return new ReplicaReadiness(time::now).between(end(east), end(west), context);
    }

    private void assertOne(String code, Consumer<HostSettings> wrong, Consumer<HostSettings> right) {
        wrong.accept(west.settings());
        assertThat(findings())
                .filteredOn(each -> !each.code().equals("REPLICA_UNREACHABLE"))
                .extracting(Finding::code, Finding::subject)
                .containsExactly(tuple(code, west.name()));
        right.accept(west.settings());
        assertThat(findings()).isEmpty();
    }

    @Test
    void kerberos() {
        assertThat(findings()).isEmpty();
        assertOne("REPLICA_SERVER_OFF", host -> host.replicaEnabled = false, host -> host.replicaEnabled = true);
        assertOne("REPLICA_PORT", host -> host.kerberosPort = 8080, host -> host.kerberosPort = 80);
        assertOne(
                "REPLICA_AUTHENTICATION",
                host -> host.replicaAuthentication = "Certificate",
                host -> host.replicaAuthentication = "CertificateAndKerberos");
        assertOne("REPLICA_SENDER_REFUSED", host -> host.replicaFromAnyServer = false, host -> {
            host.replicaFrom.add("hv-e1.example.net");
        });
        assertOne(
                "REPLICA_FOLDER_MISSING",
                host -> host.replicaFolder = "X:\\Replica",
                host -> host.replicaFolder = "D:\\Replica");
        List<HostSettings.Rule> rules = List.copyOf(west.settings().firewall);
        assertOne("FIREWALL_CLOSED", host -> host.firewall.clear(), host -> host.firewall.addAll(rules));
        assertOne("BUILD_OLDER", host -> host.build = "17763", host -> host.build = "20348");
        west.settings().domainJoined = false;
        assertThat(findings()).extracting(Finding::code).containsExactly("KERBEROS_WITHOUT_DOMAIN");
    }

    @Test
    void certificates() {
        certificates = true;
        Instant now = time.now();
        for (SimulatedHost host : List.of(east, west)) {
            host.settings().certificates.add(certificate(host.name(), now.plus(Duration.ofDays(1))));
        }
        assertThat(findings()).isEmpty();
        west.settings().certificates.set(0, certificate("other.example.net", now.minusSeconds(1)));
        assertThat(findings())
                .extracting(Finding::code)
                .contains("CERTIFICATE_EXPIRED", "CERTIFICATE_NAME")
                .doesNotContain("CERTIFICATE_MISSING");
        west.settings().certificates.clear();
        assertThat(findings()).extracting(Finding::code).contains("CERTIFICATE_MISSING");
    }

    private HostSettings.Certificate certificate(String name, Instant until) {
        return new HostSettings.Certificate(
                THUMBPRINT,
                "CN=" + name,
                List.of(name),
                List.of("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"),
                time.now().minus(Duration.ofDays(1)),
                until);
    }

    /** A server that cannot be reached is found by whoever tries. */
    @Test
    void theConnectionIsTried() {
        west.settings().replicaEnabled = false;
        assertThat(findings()).extracting(Finding::code).contains("REPLICA_SERVER_OFF", "REPLICA_UNREACHABLE");
    }
}
