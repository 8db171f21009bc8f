package io.sdr.api.spi;

import io.sdr.api.JobId;
import io.sdr.api.NetworkId;
import io.sdr.api.VmId;
import java.util.List;
import java.util.Optional;

/**
 * What test failovers make at a site: VMs and networks that live until the drill's cleanup. Every object is tagged with the context's
 * item and the drill's job, and nothing without that tag is ever deleted. Power and disks of such a VM are changed as those of any
 * other. Epoch, deadline and lost answers as in {@link VmControl}.
 */
public interface TestObjects {
    /**
     * Makes a VM without disks, off, with the adapters of the configuration connected as they say. If the drill has one, it is
     * returned as it is. It is never found by {@link VmControl#tagged}.
     *
     * @param drill the drill's job
     * @param name its name
     * @param cloud the cloud; empty for the default
     * @param configuration the rest
     * @param context the call
     * @return what is seen then
     */
    VmObservation createVm(
            JobId drill, String name, Optional<String> cloud, VmConfiguration configuration, CallContext context);

    /**
     * Makes a network that reaches nothing outside itself. If the drill has one, it is returned. A site that does not claim
     * {@link SiteCapabilities.Flag#ISOLATED_NETWORK} refuses with {@link io.sdr.api.InvalidRequestException}, code
     * {@code NOT_SUPPORTED}.
     *
     * @param drill the drill's job
     * @param context the call
     * @return the network
     */
    NetworkId createIsolatedNetwork(JobId drill, CallContext context);

    /**
     * Lists what a drill made and nobody deleted.
     *
     * @param drill the drill's job
     * @param context the call
     * @return what there is
     * @throws io.sdr.api.RetryableException if the site does not answer
     */
    Made made(JobId drill, CallContext context);

    /**
     * Deletes a VM of a drill; its disk files stay. Missing is done; a VM without the drill's tag is refused, code
     * {@code NOT_TAGGED}, as is one that runs, code {@code VM_RUNNING}.
     *
     * @param drill the drill's job
     * @param vm the VM
     * @param context the call
     */
    void deleteVm(JobId drill, VmId vm, CallContext context);

    /**
     * Deletes a network of a drill. Missing is done; a network without the drill's tag is refused, code {@code NOT_TAGGED}, as is
     * one to which an adapter is connected, code {@code NETWORK_IN_USE}.
     *
     * @param drill the drill's job
     * @param network the network
     * @param context the call
     */
    void deleteNetwork(JobId drill, NetworkId network, CallContext context);

    /**
     * What a drill made.
     *
     * @param vms its VMs
     * @param networks its networks
     */
    record Made(List<VmObservation> vms, List<NetworkId> networks) {
        /** Copies the lists. */
        public Made {
            vms = List.copyOf(vms);
            networks = List.copyOf(networks);
        }

        /**
         * Tells whether nothing is there.
         *
         * @return true if so
         */
        public boolean isEmpty() {
            return vms.isEmpty() && networks.isEmpty();
        }
    }
}
