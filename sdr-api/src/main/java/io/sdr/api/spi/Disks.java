package io.sdr.api.spi;

import io.sdr.api.Consistency;
import io.sdr.api.DiskId;
import io.sdr.api.ItemId;
import io.sdr.api.VmId;
import java.util.List;

/** Checkpoints, change tracking and the files of disks and replicas. Epoch, deadline and lost answers as in {@link VmControl}. */
public interface Disks {
    /**
     * Freezes all disks of a VM at one moment, running or off. The same token gives the same checkpoint, also after a restart.
     * What the disks hold at that moment is durable on return.
     *
     * @param vm the VM
     * @param consistency what is wanted; a site that cannot do it gives less and says so in the checkpoint
     * @param context the call
     * @return the checkpoint
     */
    Checkpoint checkpoint(VmId vm, Consistency consistency, CallContext context);

    /**
     * Gives a frozen disk for reading, while the VM goes on writing.
     *
     * @param checkpoint the checkpoint's id
     * @param disk the disk
     * @param context the call
     * @return the way to its data
     * @throws io.sdr.api.RetryableException if the site does not answer; code {@code CHECKPOINT_GONE} if it is no longer there
     */
    DiskAccess frozen(String checkpoint, DiskId disk, CallContext context);

    /**
     * Tells what changed on a disk between a mark and a checkpoint.
     *
     * @param since the mark: the id of an earlier checkpoint that was released with its mark kept
     * @param until the id of a checkpoint that exists
     * @param disk the disk
     * @param context the call
     * @return the ranges, or that they are not known
     */
    ChangedRanges changes(String since, String until, DiskId disk, CallContext context);

    /**
     * Gives a checkpoint's frozen data up. Missing is done. Refused with code {@code CHECKPOINT_IN_USE} while a frozen disk of it
     * is open.
     *
     * @param checkpoint its id
     * @param keepMark whether its moment stays as a change mark
     * @param context the call
     */
    void release(String checkpoint, boolean keepMark, CallContext context);

    /**
     * Gives a change mark up. Missing is done.
     *
     * @param mark its id
     * @param context the call
     */
    void releaseMark(String mark, CallContext context);

    /**
     * Lists what was made for the context's item and not given up: checkpoints and marks.
     *
     * @param vm the VM
     * @param context the call
     * @return their ids, sorted
     */
    List<String> leftovers(VmId vm, CallContext context);

    /**
     * Gives the folder for an item's replica, beside the disks. Made when first written to.
     *
     * @param item the item
     * @return the folder; a call on it fails as if its storage did while the site does not answer
     */
    StorageFolder replicaFolder(ItemId item);

    /**
     * Names a disk in an item's replica folder.
     *
     * @param item the item
     * @param disk which disk of the VM
     * @param file the main file
     * @param format the format
     * @param sizeBytes the disk's size in bytes
     * @return the reference, fit for {@link VmControl#attach}
     */
    DiskRef inReplicaFolder(ItemId item, DiskId disk, String file, String format, long sizeBytes);

    /**
     * Moves a disk that no VM has open into the item's replica folder under a name. There already is done; no VM has it attached
     * afterwards.
     *
     * @param disk the disk
     * @param item the item
     * @param file its main file's name there
     * @param context the call
     * @return the disk at its new place
     */
    DiskRef moveToReplicaFolder(DiskRef disk, ItemId item, String file, CallContext context);

    /**
     * Gives a disk of a VM that is off.
     *
     * @param disk the disk
     * @param access what for
     * @return the way to its data
     */
    DiskAccess offline(DiskRef disk, Access access);
}
