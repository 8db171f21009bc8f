package io.sdr.hyperv.replication;

import io.sdr.api.Finding;
import io.sdr.api.InvalidRequestException;
import io.sdr.api.JobId;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.Answered;
import io.sdr.hyperv.host.HostReplica;
import io.sdr.hyperv.host.Relation;
import io.sdr.hyperv.host.RelationPoint;
import io.sdr.hyperv.host.RelationSettings;
import io.sdr.hyperv.host.ReplicaServer;
import io.sdr.hyperv.host.ReplicationMeasure;
import io.sdr.hyperv.host.SiteHost;
import io.sdr.hyperv.host.SiteHosts;
import io.sdr.hyperv.readiness.ReplicaReadiness;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The verbs of Hyper-V Replica at the hosts of a site: each call goes to the host that has the VM at that moment. Thread-safe. */
public final class HostsReplicaEnd implements ReplicaEnd {
    private static final Logger LOG = LoggerFactory.getLogger(HostsReplicaEnd.class);

    private final SiteHosts hosts;
    private final Names names;
    private final Manager manager;
    private final Supplier<Instant> clock;

    /**
     * What a site was told of Hyper-V Replica, and how it tags what is made.
     *
     * @param broker the name of the cluster's Replica Broker; empty where the hosts are no cluster
     * @param thumbprint the certificate of a host, by the host's name; empty for Kerberos
     * @param replicaRole the tag's role of a VM that was made for an item
     * @param testRole the tag's role of a VM that was made for a drill
     */
    public record Names(
            Optional<String> broker,
            Function<String, Optional<String>> thumbprint,
            String replicaRole,
            Function<JobId, String> testRole) {}

    /** Who is above the hosts and has to hear what was done at them, behind its back. */
    public interface Manager {
        /** Nobody. */
        Manager NONE = new Manager() {
            @Override
            public void changed(VmId vm, CallContext context) {}

            @Override
            public void made(VmId vm, CallContext context) {}
        };

        /** Something was done to a VM. */
        void changed(VmId vm, CallContext context);

        /** Hyper-V Replica made a VM at one of the hosts. */
        void made(VmId vm, CallContext context);
    }

    /**
     * Makes one.
     *
     * @param hosts the site's hosts
     * @param names what the site was told
     * @param manager who is above the hosts
     * @param clock tells the present moment
     */
    public HostsReplicaEnd(SiteHosts hosts, Names names, Manager manager, Supplier<Instant> clock) {
        this.clock = clock;
        this.hosts = hosts;
        this.names = names;
        this.manager = manager;
    }

    /** A replica that is still to be made comes to the first host. */
    @Override
    public String serverName(VmId vm, CallContext context) {
        return names.broker()
                .or(() -> hosts.ifThere(vm, context, host -> host).map(SiteHost::name))
                .orElseGet(() -> hosts.all().get(0).name());
    }

    @Override
    public Optional<String> thumbprint(VmId vm, CallContext context) {
        return names.thumbprint().apply(hosts.owner(vm, context).name());
    }

    @Override
    public List<Finding> readiness(ReplicaEnd other, int port, boolean certificates, CallContext context) {
        return new PairReadiness(new ReplicaReadiness(clock), port, certificates)
                .between(this, (HostsReplicaEnd) other, context);
    }

    SiteHosts hosts() {
        return hosts;
    }

    Names names() {
        return names;
    }

    /** One call to each host, for all VMs. In a cluster a VM that moves just then may be missed: asked for alone it is found. */
    @Override
    public Map<VmId, Relation> look(Collection<VmId> vms, CallContext context) {
        Map<VmId, Relation> found = new HashMap<>();
        Answered<List<Relation>> answered =
                hosts.each(host -> host.replication().status(vms, context));
        answered.answers().values().forEach(seen -> seen.forEach(each -> found.put(each.vm(), each)));
        if (!found.keySet().containsAll(vms)) {
            // Whoever is missing may be on a host that did not answer.
            List<?> unused = answered.ofAll();
        }
        return found;
    }

    @Override
    public ReplicationMeasure measure(VmId vm, CallContext context) {
        return at(vm, context, host -> host.measure(vm, context));
    }

    @Override
    public List<RelationPoint> points(VmId vm, CallContext context) {
        return at(vm, context, host -> host.points(vm, context));
    }

    @Override
    public void tagReplica(VmId vm, CallContext context) {
        tag(vm, names.replicaRole(), context);
    }

    @Override
    public void tagTest(VmId vm, JobId drill, CallContext context) {
        tag(vm, names.testRole().apply(drill), context);
    }

    private void tag(VmId vm, String role, CallContext context) {
        io.sdr.hyperv.host.SeenVm unused = SiteHosts.changing(
                () -> hosts.at(vm, context, host -> host.vms().tag(vm, role, context)));
        manager.made(vm, context);
    }

    @Override
    public Relation enable(
            VmId vm, ReplicaServer server, RelationSettings settings, List<String> excludedDisks, CallContext context) {
        return change(vm, context, host -> host.enable(vm, server, settings, excludedDisks, context));
    }

    @Override
    public Relation accept(VmId vm, String primaryServer, CallContext context) {
        return change(vm, context, host -> host.accept(vm, primaryServer, context));
    }

    @Override
    public Relation configure(VmId vm, RelationSettings settings, CallContext context) {
        return change(vm, context, host -> host.configure(vm, settings, context));
    }

    @Override
    public Relation startInitial(VmId vm, boolean existingCopy, Optional<Instant> at, CallContext context) {
        return change(vm, context, host -> host.startInitial(vm, existingCopy, at, context));
    }

    @Override
    public Relation stopInitial(VmId vm, CallContext context) {
        return change(vm, context, host -> host.stopInitial(vm, context));
    }

    @Override
    public Relation suspend(VmId vm, CallContext context) {
        return change(vm, context, host -> host.suspend(vm, context));
    }

    @Override
    public Relation resume(VmId vm, CallContext context) {
        return change(vm, context, host -> host.resume(vm, context));
    }

    @Override
    public Relation resynchronize(VmId vm, CallContext context) {
        return change(vm, context, host -> host.resynchronize(vm, context));
    }

    @Override
    public Relation remove(VmId vm, CallContext context) {
        return change(vm, context, host -> host.remove(vm, context));
    }

    @Override
    public Relation reverse(VmId vm, ReplicaServer server, CallContext context) {
        return change(vm, context, host -> host.reverse(vm, server, context));
    }

    @Override
    public Relation becomeReplica(VmId vm, CallContext context) {
        return change(vm, context, host -> host.becomeReplica(vm, context));
    }

    @Override
    public Relation prepareFailover(VmId vm, CallContext context) {
        return change(vm, context, host -> host.prepareFailover(vm, context));
    }

    @Override
    public Relation startFailover(VmId vm, Optional<String> point, CallContext context) {
        return change(vm, context, host -> host.startFailover(vm, point, context));
    }

    @Override
    public Relation stopFailover(VmId vm, CallContext context) {
        return change(vm, context, host -> host.stopFailover(vm, context));
    }

    @Override
    public Relation completeFailover(VmId vm, CallContext context) {
        return change(vm, context, host -> host.completeFailover(vm, context));
    }

    @Override
    public VmId startTest(VmId vm, Optional<String> point, CallContext context) {
        return change(vm, context, host -> host.startTest(vm, point, context));
    }

    @Override
    public Relation stopTest(VmId vm, CallContext context) {
        return change(vm, context, host -> host.stopTest(vm, context));
    }

    @Override
    public List<ReplicaFile> files(VmId vm, CallContext context) {
        return hosts.at(vm, context, host -> {
            List<String> paths = host.vms().observe(List.of(vm), context).stream()
                    .flatMap(seen -> seen.disks().stream())
                    .flatMap(disk -> disk.path().stream())
                    .toList();
            List<ReplicaFile> files = new ArrayList<>();
            for (String path : paths) {
                files.add(new ReplicaFile(host.name(), path, diskId(host, path, context)));
            }
            return files;
        });
    }

    private static Optional<String> diskId(SiteHost host, String path, CallContext context) {
        try {
            return Optional.of(
                            host.disks().describe(List.of(path), context).get(0).diskId())
                    .filter(id -> !id.isEmpty());
        } catch (InvalidRequestException e) {
            return Optional.empty(); // the VM has it attached, and it is not there
        }
    }

    /** The script looks at its own host; in a cluster the VMs of any node may use what is on a shared volume. */
    @Override
    public void deleteFile(ReplicaFile file, CallContext context) {
        SiteHost owner = hosts.named(file.host());
        if (hosts.all().size() > 1 && !isAnother(owner, file, context)) {
            requireUnused(file, context);
        }
        boolean deleted = SiteHosts.changing(() -> owner.disks().delete(file.path(), file.diskId(), context));
        if (!deleted) {
            LOG.warn(
                    "item {}: {} at host {} stays: it is not the disk that replication made there",
                    context.item(),
                    file.path(),
                    file.host());
        }
    }

    private static boolean isAnother(SiteHost host, ReplicaFile file, CallContext context) {
        return file.diskId().isPresent()
                && diskId(host, file.path(), context)
                        .filter(found -> !found.equalsIgnoreCase(file.diskId().get()))
                        .isPresent();
    }

    private void requireUnused(ReplicaFile file, CallContext context) {
        boolean used =
                hosts.eachUser(context, host -> host.disks().users(List.of(file.path()), context)).ofAll().stream()
                        .anyMatch(users -> !users.isEmpty());
        if (used) {
            throw new RetryableException(Problem.of("DISK_ATTACHED")
                    .attempted("delete the file " + file.path() + " at host " + file.host())
                    .state("a VM of the cluster has it; nothing was deleted")
                    .remedy("detach the disk first"));
        }
    }

    private <T> T at(VmId vm, CallContext context, Function<HostReplica, T> call) {
        return hosts.at(vm, context, host -> call.apply(host.replication()));
    }

    private <T> T change(VmId vm, CallContext context, Function<HostReplica, T> call) {
        T seen = SiteHosts.changing(() -> at(vm, context, call));
        manager.changed(vm, context);
        return seen;
    }
}
