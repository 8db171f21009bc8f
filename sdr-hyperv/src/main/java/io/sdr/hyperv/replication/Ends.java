package io.sdr.hyperv.replication;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Endpoint;
import io.sdr.api.spi.ReplicaLink;
import io.sdr.hyperv.host.Relation;
import io.sdr.hyperv.host.RelationMode;
import io.sdr.hyperv.host.ReplicaServer;
import io.sdr.hyperv.host.VmState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The two sites of a driver, and what an item has at each. Immutable, thread-safe. */
final class Ends {
    /** In place of a note that is deleted. */
    private static final String GONE = "{}";

    private final Map<SiteId, ReplicaSite> sites;

    Ends(ReplicaSite one, ReplicaSite other) {
        this.sites = Map.of(one.id(), one, other.id(), other);
    }

    ReplicaSite site(SiteId id) {
        ReplicaSite site = sites.get(id);
        if (site == null) {
            throw new InvalidRequestException(Problem.of("UNKNOWN_SITE")
                    .attempted("use Hyper-V Replica at site " + id)
                    .state("this driver is between " + sites.keySet())
                    .remedy("use the driver of that pair of sites"));
        }
        return site;
    }

    ReplicaSite site(Endpoint end) {
        return site(end.site());
    }

    ReplicaEnd verbs(Endpoint end) {
        return site(end).replicaEnd();
    }

    Optional<Relation> look(Endpoint end, CallContext context) {
        return verbs(end).look(end.vm(), context);
    }

    /** What is seen of a VM that must be there. */
    Relation see(Endpoint end, CallContext context) {
        return look(end, context)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_VM")
                        .attempted("look at Hyper-V Replica of VM " + end.vm())
                        .state("no host of site " + end.site() + " has it")
                        .remedy("restore the VM, or disable the item")));
    }

    static boolean isRelated(Optional<Relation> seen) {
        return seen.isPresent() && seen.get().mode() != RelationMode.NONE;
    }

    /** The replica server at a link's target, as a VM's host at its source calls it. */
    ReplicaServer server(ReplicaLink link, RelationPolicy policy, CallContext context) {
        Endpoint source = link.source();
        return new ReplicaServer(
                verbs(link.target()).serverName(link.target().vm(), context),
                policy.port(),
                policy.certificate() ? thumbprint(source, context) : Optional.empty());
    }

    private Optional<String> thumbprint(Endpoint end, CallContext context) {
        Optional<String> thumbprint = verbs(end).thumbprint(end.vm(), context);
        if (thumbprint.isEmpty()) {
            throw new InvalidRequestException(Problem.of("NO_CERTIFICATE")
                    .attempted("replicate VM " + end.vm() + " with certificates")
                    .state("site " + end.site() + " names no certificate of its host; nothing was changed")
                    .remedy("tell the site the thumbprint, or use Kerberos"));
        }
        return thumbprint;
    }

    /** The cmdlets do not look: what would run twice, or be overwritten while it runs, is refused here. */
    void requireOff(Endpoint end, Relation seen, String attempted) {
        if (seen.power() != VmState.OFF) {
            throw new OperationFailedException(Problem.of("VM_RUNNING")
                    .attempted(attempted)
                    .state("VM " + end.vm() + " at site " + end.site() + " is " + seen.power()
                            + ", not off; nothing was changed")
                    .remedy("shut it down; a saved state has to be resumed or deleted first"));
        }
    }

    static OperationFailedException unexpected(String attempted, Endpoint end, Relation seen) {
        return new OperationFailedException(Problem.of("RELATION_STATE")
                .attempted(attempted)
                .state("Hyper-V Replica of VM " + end.vm() + " at site " + end.site() + " is " + seen.mode() + ", "
                        + seen.state() + "; nothing was changed")
                .remedy("look what else was done to it there, set it right, then try again"));
    }

    // ---- the note

    Optional<RelationNote> note(ReplicaLink link, CallContext context) {
        return site(link.target())
                .catalogue()
                .document(link.item(), RelationNote.NAME, context)
                .filter(text -> !text.equals(GONE))
                .map(RelationNote::read);
    }

    RelationNote requireNote(ReplicaLink link, CallContext context) {
        return note(link, context)
                .orElseThrow(() -> new OperationFailedException(Problem.of("RELATION_NOT_OURS")
                        .attempted("use Hyper-V Replica of item " + link.item())
                        .state("nothing at site " + link.target().site() + " says that this library set it up")
                        .remedy("disable the item, end the relation there by hand, and protect the VM anew")));
    }

    void keep(ReplicaLink link, RelationNote note, CallContext context) {
        site(link.target()).catalogue().putDocument(link.item(), RelationNote.NAME, note.write(), context);
    }

    /** Nothing is known of a relation any more. */
    void forget(ReplicaLink link, CallContext context) {
        if (site(link.target())
                .catalogue()
                .document(link.item(), RelationNote.NAME, context)
                .filter(text -> !text.equals(GONE))
                .isPresent()) {
            site(link.target()).catalogue().putDocument(link.item(), RelationNote.NAME, GONE, context);
        }
    }

    /** What an older decision still wanted is refused. */
    static void requireCurrent(ReplicaLink link, RelationNote note, CallContext context) {
        if (context.epoch() < note.floor()) {
            throw new OperationFailedException(Problem.of("STALE_EPOCH")
                    .attempted("replicate item " + link.item() + " under epoch " + context.epoch())
                    .state("site " + link.target().site() + " accepts nothing below epoch " + note.floor())
                    .remedy("look at the item again: something else was decided"));
        }
    }

    /** Tells of every relation of several VMs at one site, by one call to each host. */
    Map<VmId, Relation> look(SiteId site, List<VmId> vms, CallContext context) {
        return site(site).replicaEnd().look(vms, context);
    }
}
