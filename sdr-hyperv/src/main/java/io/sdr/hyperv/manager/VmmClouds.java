package io.sdr.hyperv.manager;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.host.ManagedVm;
import io.sdr.hyperv.provider.Clouds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The clouds of VMM, by their names. Thread-safe. */
public final class VmmClouds implements Clouds {
    private final VmmBook book;

    /**
     * Makes one.
     *
     * @param book what VMM knows of the site's VMs
     */
    public VmmClouds(VmmBook book) {
        this.book = book;
    }

    @Override
    public List<String> names(CallContext context) {
        return book.calls().clouds(context).values().stream().sorted().toList();
    }

    /** Whether VMM has it is asked by {@link #require}, before the hosts hear of it. */
    @Override
    public void check(Optional<String> cloud) {}

    /**
     * Gives VMM's id of a cloud.
     *
     * @throws InvalidRequestException code {@code UNKNOWN_CLOUD}, or {@code AMBIGUOUS_CLOUD} if several have the name
     */
    String require(String name, CallContext context) {
        Map<String, String> clouds = book.calls().clouds(context);
        List<String> named = clouds.entrySet().stream()
                .filter(each -> each.getValue().equals(name))
                .map(Map.Entry::getKey)
                .toList();
        if (named.size() == 1) {
            return named.get(0);
        }
        throw new InvalidRequestException(Problem.of(named.isEmpty() ? "UNKNOWN_CLOUD" : "AMBIGUOUS_CLOUD")
                .attempted("use cloud '" + name + "'")
                .state("VMM shows this account " + named.size() + " clouds of that name, and in all "
                        + clouds.values().stream().sorted().toList() + "; nothing was changed")
                .remedy(
                        named.isEmpty()
                                ? "name one of these, or add the cloud to the scope of the account's role"
                                : "give the clouds names of their own"));
    }

    @Override
    public Map<VmId, String> of(List<VmId> vms, CallContext context) {
        Map<String, String> names = book.calls().clouds(context);
        Map<VmId, String> clouds = new HashMap<>();
        for (ManagedVm vm : book.find(vms, context).values()) {
            vm.cloud().flatMap(id -> Optional.ofNullable(names.get(id))).ifPresent(name -> clouds.put(vm.vm(), name));
        }
        return clouds;
    }
}
