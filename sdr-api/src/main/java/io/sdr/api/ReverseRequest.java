package io.sdr.api;

import java.util.Optional;

/** Asks to replicate from the active side back to the other one, whose disks are overwritten. Immutable. */
public final class ReverseRequest implements ItemRequest {
    private final ItemId item;
    private final Side overwritten;
    private final boolean inPlace;
    private final boolean makesVm;
    private final Optional<String> cloud;
    private final Optional<String> actor;

    private ReverseRequest(
            ItemId item,
            Side overwritten,
            boolean inPlace,
            boolean makesVm,
            Optional<String> cloud,
            Optional<String> actor) {
        this.item = item;
        this.overwritten = overwritten;
        this.inPlace = inPlace;
        this.makesVm = makesVm;
        this.cloud = cloud;
        this.actor = actor;
    }

    /**
     * Replicates towards a side. Its present disks become the base of a replica with a pinned recovery point, so its writes that
     * were never replicated are kept until the next failover is committed. They take room there: up to what changed since.
     *
     * @param side the side whose disks are overwritten; refused if it is the active one
     * @param item the item
     * @return the request
     */
    public static ReverseRequest overwriting(Side side, ItemRef item) {
        return new ReverseRequest(item.itemId(), side, false, false, Optional.empty(), Optional.empty());
    }

    /**
     * Writes over that side's disks instead of keeping them as they stood, because there is not the room for both. This gives up for
     * good what was written there and never replicated. Until the copy is complete that side cannot be started, and the job cannot
     * be cancelled.
     *
     * @return a copy
     */
    public ReverseRequest replaceInPlace() {
        return new ReverseRequest(item, overwritten, true, makesVm, cloud, actor);
    }

    /**
     * Tells whether that side's disks are written over.
     *
     * @return true if they are
     */
    public boolean replacesInPlace() {
        return inPlace;
    }

    /**
     * Makes the VM at that side if it is gone there, with the configuration that it had when replication from there ended, in the
     * cloud in which the item was protected; all data is copied. Without this a VM that is gone is a reason to refuse. A VM that is
     * there stays as it is.
     *
     * @return a copy
     */
    public ReverseRequest makingVm() {
        return new ReverseRequest(item, overwritten, inPlace, true, cloud, actor);
    }

    /**
     * The same in another cloud of that site.
     *
     * @param value the cloud
     * @return a copy
     */
    public ReverseRequest makingVmIn(String value) {
        return new ReverseRequest(item, overwritten, inPlace, true, Optional.of(value), actor);
    }

    /**
     * Tells whether a VM is made if it is gone.
     *
     * @return true if it is
     */
    public boolean makesVm() {
        return makesVm;
    }

    /**
     * Gives the cloud in which a VM that is gone is made.
     *
     * @return the cloud; empty for that in which the item was protected
     */
    public Optional<String> cloudOfNewVm() {
        return cloud;
    }

    /**
     * Names who asks.
     *
     * @param value the name
     * @return a copy
     */
    public ReverseRequest by(String value) {
        return new ReverseRequest(item, overwritten, inPlace, makesVm, cloud, Optional.of(value));
    }

    /**
     * Gives the side whose disks are overwritten.
     *
     * @return the side whose disks are overwritten
     */
    public Side overwritten() {
        return overwritten;
    }

    @Override
    public ItemId item() {
        return item;
    }

    @Override
    public Operation operation() {
        return Operation.REVERSE_REPLICATE;
    }

    @Override
    public Optional<String> actor() {
        return actor;
    }

    @Override
    public String toString() {
        return RequestText.of(
                this,
                "overwriting " + overwritten,
                RequestText.when(inPlace, "in place"),
                RequestText.when(
                        makesVm,
                        "making the VM" + cloud.map(name -> " in " + name).orElse("")));
    }
}
