package io.sdr.api;

import java.util.List;
import java.util.Optional;

/**
 * Asks to protect a VM. Immutable; the withers give copies. Defaults: {@link ReplicationPolicy#defaults()},
 * {@link NetworkSettings#none()}, an id made by the engine.
 */
public final class ProtectionRequest implements Request {
    private final String vm;
    private final Place from;
    private final Place to;
    private final ReplicationPolicy policy;
    private final NetworkSettings networks;
    private final Optional<ItemId> id;
    private final Optional<String> actor;

    private ProtectionRequest(
            String vm,
            Place from,
            Place to,
            ReplicationPolicy policy,
            NetworkSettings networks,
            Optional<ItemId> id,
            Optional<String> actor) {
        this.vm = vm;
        this.from = from;
        this.to = to;
        this.policy = policy;
        this.networks = networks;
        this.id = id;
        this.actor = actor;
    }

    /** What {@link #of} gives: the VM without its places. */
    public static final class Start {
        private final String vm;

        private Start(String vm) {
            this.vm = vm;
        }

        /**
         * Says where the VM runs.
         *
         * @param site the site's name
         * @return the next part of the sentence
         */
        public From from(String site) {
            return new From(vm, Place.of(site));
        }

        /**
         * Says where the VM runs.
         *
         * @param site the site's name
         * @param cloud the cloud's name
         * @return the next part of the sentence
         */
        public From from(String site, String cloud) {
            return new From(vm, Place.of(site, cloud));
        }
    }

    /** The VM and where it runs. */
    public static final class From {
        private final String vm;
        private final Place from;

        private From(String vm, Place from) {
            this.vm = vm;
            this.from = from;
        }

        /**
         * Says where the replica shall be.
         *
         * @param site the site's name
         * @return the request
         */
        public ProtectionRequest to(String site) {
            return between(vm, from, Place.of(site));
        }

        /**
         * Says where the replica shall be.
         *
         * @param place the place
         * @return the request
         */
        public ProtectionRequest to(Place place) {
            return between(vm, from, place);
        }

        /**
         * Says where the replica shall be.
         *
         * @param site the site's name
         * @param cloud the cloud's name
         * @return the request
         */
        public ProtectionRequest to(String site, String cloud) {
            return between(vm, from, Place.of(site, cloud));
        }
    }

    /**
     * Starts a request: {@code ProtectionRequest.of("sql-01").from("east").to("west")}.
     *
     * @param vm the VM's name or id at its site; an ambiguous name is refused with the ids
     * @return the first part of the sentence
     */
    public static Start of(String vm) {
        return new Start(vm);
    }

    /**
     * Starts a request with a VM as it was listed, which says where it is: {@code ProtectionRequest.of(vm).to("west")}.
     *
     * @param vm the VM
     * @return the next part of the sentence
     */
    public static From of(VirtualMachine vm) {
        return new From(vm.id().value(), vm.place());
    }

    /**
     * Makes a request from its parts.
     *
     * @param vm the VM's name or id at its site
     * @param from where it runs
     * @param to where the replica shall be
     * @return the request
     */
    public static ProtectionRequest between(String vm, Place from, Place to) {
        return new ProtectionRequest(
                vm, from, to, ReplicationPolicy.defaults(), NetworkSettings.none(), Optional.empty(), Optional.empty());
    }

    /**
     * Sets the policy.
     *
     * @param value the policy
     * @return a copy
     */
    public ProtectionRequest policy(ReplicationPolicy value) {
        return new ProtectionRequest(vm, from, to, value, networks, id, actor);
    }

    /**
     * Sets how networks are mapped and which addresses a failover gives.
     *
     * @param value the settings
     * @return a copy
     */
    public ProtectionRequest networks(NetworkSettings value) {
        return new ProtectionRequest(vm, from, to, policy, value, id, actor);
    }

    /**
     * Chooses the item's id.
     *
     * @param value the id
     * @return a copy
     */
    public ProtectionRequest as(ItemId value) {
        return new ProtectionRequest(vm, from, to, policy, networks, Optional.of(value), actor);
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public ProtectionRequest by(String value) {
        return new ProtectionRequest(vm, from, to, policy, networks, id, Optional.of(value));
    }

    /**
     * Names the VM.
     *
     * @return its name or id
     */
    public String vm() {
        return vm;
    }

    /**
     * Tells where the VM runs.
     *
     * @return the place
     */
    public Place from() {
        return from;
    }

    /**
     * Tells where the replica shall be.
     *
     * @return the place
     */
    public Place to() {
        return to;
    }

    /**
     * Gives the policy.
     *
     * @return the policy
     */
    public ReplicationPolicy policy() {
        return policy;
    }

    /**
     * Gives the network settings.
     *
     * @return the settings
     */
    public NetworkSettings networks() {
        return networks;
    }

    /**
     * Gives the id chosen by the caller.
     *
     * @return the id, or empty
     */
    public Optional<ItemId> id() {
        return id;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return RequestText.of(
                "protect VM " + vm + " from " + from + " to " + to,
                this,
                List.of(id.map(each -> "as " + each).orElse("")));
    }
}
