package io.sdr.hyperv.host;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.api.SiteId;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * The hosts of a site, and which of them has a VM. In a cluster VMs move by themselves: the owner is asked for before each call; a
 * host that does not know a VM (any more) has done nothing, so the VM is looked for again and the call made once more. Thread-safe.
 */
public final class SiteHosts {
    private static final String UNKNOWN_VM = "UNKNOWN_VM";
    /** A cluster's word for a node that takes no part. */
    private static final String DOWN = "Down";
    /** What only one node says, before it did anything; the next one may do. */
    private static final Set<String> HALF_WORKING = Set.of("HOST_REFUSED", "MODULE_MISSING", "ACCESS_DENIED");

    private static final Set<String> SILENCE = Set.of("HOST_UNREACHABLE", "ANSWER_LOST", "OUT_OF_TIME");

    private final SiteId site;
    private final List<SiteHost> hosts;
    private final boolean cluster;
    private final Executor executor;
    private final Optional<Owners> owners;
    private final Map<VmId, SiteHost> last = new ConcurrentHashMap<>();

    /**
     * Makes one.
     *
     * @param site the site, for messages
     * @param hosts the hosts, at least one; that one keeps the catalogue where the hosts are no cluster
     * @param cluster whether they are the nodes of one cluster, with shared volumes
     * @param executor asks several hosts at once
     */
    public SiteHosts(SiteId site, List<SiteHost> hosts, boolean cluster, Executor executor) {
        this(site, hosts, cluster, Optional.empty(), executor);
    }

    /**
     * Makes one over which somebody knows where VMs are.
     *
     * @param site the site, for messages
     * @param hosts the hosts, at least one
     * @param cluster whether they are the nodes of one cluster, with shared volumes
     * @param owners tells where VMs are; it is asked before the cluster
     * @param executor asks several hosts at once
     */
    public SiteHosts(SiteId site, List<SiteHost> hosts, boolean cluster, Optional<Owners> owners, Executor executor) {
        if (hosts.isEmpty()) {
            throw new InvalidRequestException(Problem.of("NO_HOST")
                    .attempted("open site " + site)
                    .state("it has no host")
                    .remedy("name at least one host"));
        }
        this.site = site;
        this.hosts = List.copyOf(hosts);
        this.cluster = cluster;
        this.executor = executor;
        this.owners = owners;
    }

    public SiteId site() {
        return site;
    }

    public List<SiteHost> all() {
        return hosts;
    }

    /** Tells whether the hosts share their volumes, so that each sees the one catalogue. */
    public boolean shareVolumes() {
        return cluster || hosts.size() == 1;
    }

    public Optional<SiteHost> find(String name) {
        return hosts.stream().filter(each -> each.isNamed(name)).findFirst();
    }

    /** Gives a host by its name. Refused with code {@code UNKNOWN_HOST} if the site was not told of it. */
    public SiteHost named(String name) {
        return find(name)
                .orElseThrow(() -> new InvalidRequestException(Problem.of("UNKNOWN_HOST")
                        .attempted("reach host " + name)
                        .state("site " + site + " knows only " + hosts)
                        .remedy("name every host of the site, and every node of its cluster")));
    }

    /**
     * Makes a call that any host with the catalogue can answer: at the first one or, in a cluster, at the next if that one surely did
     * nothing.
     */
    public <T> T anyone(CallContext context, Function<SiteHost, T> call) {
        List<SiteHost> candidates = cluster ? hosts : hosts.subList(0, 1);
        for (SiteHost each : candidates.subList(0, candidates.size() - 1)) {
            try {
                return call.apply(each);
            } catch (SdrException silent) {
                // One whose answer was lost may have acted: only whoever called knows what to look at.
                boolean didNothing = (silent instanceof RetryableException && isSilence(silent))
                        || HALF_WORKING.contains(silent.code());
                if (!didNothing || context.cancel().isSet()) {
                    throw silent;
                }
            }
        }
        return call.apply(candidates.get(candidates.size() - 1));
    }

    /**
     * Makes a call at the host that has a VM.
     *
     * @param call the call; made a second time, at another host, if the first one did not know the VM
     * @throws InvalidRequestException code {@code UNKNOWN_VM} if all hosts answered and none has it
     * @throws RetryableException code {@code HOST_UNREACHABLE} if none of those that answered has it
     */
    public <T> T at(VmId vm, CallContext context, Function<SiteHost, T> call) {
        SiteHost owner = owner(vm, context);
        try {
            return call.apply(owner);
        } catch (InvalidRequestException gone) {
            if (!gone.code().equals(UNKNOWN_VM)) {
                throw gone;
            }
            last.remove(vm);
            owners.ifPresent(each -> each.missed(vm, context));
            SiteHost now = owner(vm, context);
            if (now.equals(owner) && owners.isPresent() && hosts.size() > 1) {
                // Whoever is above the hosts is wrong; they themselves are not.
                now = look(vm, context);
            }
            if (now.equals(owner)) {
                throw gone;
            }
            return call.apply(now);
        }
    }

    /** Makes a call at the host that has a VM; empty if all hosts answered and none has it. */
    public <T> Optional<T> ifThere(VmId vm, CallContext context, Function<SiteHost, T> call) {
        try {
            return Optional.of(at(vm, context, call));
        } catch (InvalidRequestException gone) {
            if (gone.code().equals(UNKNOWN_VM)) {
                return Optional.empty();
            }
            throw gone;
        }
    }

    /** Tells which host has a VM now. Throws as {@link #at} does. */
    public SiteHost owner(VmId vm, CallContext context) {
        if (!Reading.isGuid(vm.value())) {
            throw unknown(vm);
        }
        Optional<SiteHost> told =
                owners.flatMap(each -> each.owner(vm, context)).flatMap(this::find);
        if (told.isPresent()) {
            return told.get();
        }
        if (cluster) {
            Optional<String> owner = anyone(context, host -> host.inventory().owner(vm, context));
            if (owner.isPresent()) {
                return named(owner.get());
            }
        }
        if (hosts.size() == 1) {
            return hosts.get(0);
        }
        SiteHost known = last.get(vm);
        return known == null ? look(vm, context) : known;
    }

    private SiteHost look(VmId vm, CallContext context) {
        Answered<List<SeenVm>> answered = each(host -> host.vms().observe(List.of(vm), context));
        for (Map.Entry<SiteHost, List<SeenVm>> answer : answered.answers().entrySet()) {
            if (!answer.getValue().isEmpty()) {
                last.put(vm, answer.getKey());
                return answer.getKey();
            }
        }
        answered.ofAll();
        throw unknown(vm);
    }

    /** Remembers where a VM was seen or made, so that it need not be looked for. */
    public void saw(VmId vm, SiteHost host) {
        last.put(vm, host);
    }

    /** A VM that vanished between two calls to one host. */
    public static InvalidRequestException unknown(VmId vm, SiteHost host) {
        return new InvalidRequestException(Problem.of(UNKNOWN_VM)
                .attempted("find VM " + vm + " on host " + host)
                .state("it is not there; nothing was changed")
                .remedy("look at the site's inventory again"));
    }

    private InvalidRequestException unknown(VmId vm) {
        return new InvalidRequestException(Problem.of(UNKNOWN_VM)
                .attempted("find VM " + vm + " at site " + site)
                .state("none of the hosts " + hosts + " has it; nothing was changed")
                .remedy("look at the site's inventory again"));
    }

    /**
     * Asks all hosts at once. Of several, one that answers with an error of its own is silent with that as its reason: it must not stop
     * what the others can tell. What the only one gives is thrown unless it cannot be reached.
     */
    public <T> Answered<T> each(Function<SiteHost, T> call) {
        Map<SiteHost, CompletableFuture<T>> asked = new LinkedHashMap<>();
        for (SiteHost host : hosts) {
            asked.put(
                    host,
                    hosts.size() == 1
                            ? CompletableFuture.supplyAsync(() -> call.apply(host), Runnable::run)
                            : CompletableFuture.supplyAsync(() -> call.apply(host), executor));
        }
        Map<SiteHost, T> answers = new LinkedHashMap<>();
        Map<SiteHost, SdrException> silent = new LinkedHashMap<>();
        asked.forEach((host, answer) -> {
            try {
                answers.put(host, answer.join());
            } catch (CompletionException e) {
                if (e.getCause() instanceof SdrException why && (hosts.size() > 1 || isSilence(why))) {
                    silent.put(host, why);
                } else if (e.getCause() instanceof RuntimeException why) {
                    throw why;
                } else {
                    throw e;
                }
            }
        });
        return new Answered<>(answers, silent);
    }

    /**
     * Asks all hosts at once who uses something of a shared volume. A silent node that its cluster calls down uses nothing: the cluster
     * keeps such a node from its volumes.
     */
    public <T> Answered<T> eachUser(CallContext context, Function<SiteHost, T> call) {
        Answered<T> answered = each(call);
        if (!cluster || answered.silent().isEmpty() || answered.answers().isEmpty()) {
            return answered;
        }
        SiteHost up = answered.answers().keySet().iterator().next();
        Map<String, String> nodes = up.inventory().cluster(context).nodes();
        return answered.without(host -> nodes.entrySet().stream()
                .anyMatch(node -> host.isNamed(node.getKey()) && node.getValue().equals(DOWN)));
    }

    private static boolean isSilence(SdrException e) {
        return SILENCE.contains(e.code());
    }

    /**
     * Makes a change. One that did not reach its host is told as a change whose outcome is not known, as the contract of sites wants
     * it: to whoever asks both mean to look again.
     */
    public static <T> T changing(java.util.function.Supplier<T> change) {
        try {
            return change.get();
        } catch (RetryableException e) {
            if (isSilence(e)) {
                throw new OutcomeUnknownException(e.problem());
            }
            throw e;
        }
    }
}
