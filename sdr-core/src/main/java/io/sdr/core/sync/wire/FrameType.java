package io.sdr.core.sync.wire;

import java.util.Arrays;
import java.util.Optional;

/**
 * What frames there are. A connection is two streams of frames, one each way. All integers are big-endian.
 *
 * <table>
 * <caption>A frame: 16 bytes, then the payload</caption>
 * <tr><th>at</th><th>bytes</th><th>what</th></tr>
 * <tr><td>0</td><td>1</td><td>type: the codes below</td></tr>
 * <tr><td>1</td><td>1</td><td>1 if the payload is compressed: its plain length (4), then DEFLATE without a header; otherwise 0</td></tr>
 * <tr><td>2</td><td>2</td><td>0</td></tr>
 * <tr><td>4</td><td>4</td><td>bytes of the payload that follow; plain or not at most what the type allows</td></tr>
 * <tr><td>8</td><td>4</td><td>sequence: 0 for the first frame of the stream, then one more each, modulo 2<sup>32</sup></td></tr>
 * <tr><td>12</td><td>4</td><td>CRC-32C of the 12 bytes before and the payload as it follows</td></tr>
 * </table>
 *
 * <p><b>A sync.</b> S is the source's end, T the target's; who connected to whom plays no part. A unit is 1 MiB of the disk, a block
 * 64 KiB, a cell 4 KiB, the last ones shorter.
 *
 * <ol>
 *   <li>S {@link #START}: the keys and what is wanted. T places the claim that it names, {@link #READY}. S looks whether the claim
 *       lies beside its own file ({@code SAME_DISK}), and {@link #GO}. T takes the claim away and opens the target.
 *   <li>T streams what it has, in ascending order and without gaps: {@link #UNIT_TAGS}, {@link #ZERO_UNITS}, {@link #ALL_UNITS}; at
 *       most 16 such frames beyond what S has told with {@link #TAKEN}. At the same time S asks for more about units that differ
 *       ({@link #WANT_BLOCKS}, {@link #WANT_CELLS}), T answers ({@link #BLOCK_TAGS}, {@link #CELL_TAGS}), and S sends what differs
 *       ({@link #DATA}). If so much differs that tags do not pay, S says {@link #STOP_TAGS}: T then tags only one unit in sixteen,
 *       until {@link #RESUME_TAGS}.
 *   <li>S {@link #SENT}: no more data. T makes all durable; if asked to, both digest their disks. S {@link #END} with its digest; T
 *       compares, takes the mark away, {@link #DONE} with its own; S compares, and closes.
 * </ol>
 *
 * Either end may say {@link #ERROR} at any time, and says {@link #PING} when it has said nothing else for a third of its deadline. An
 * end that hears nothing for as long as its deadline gives up.
 */
public enum FrameType {
    /** "sdr" (3), version (1): 1. The first frame either way on a connection to an agent. */
    HELLO(1, 4),
    /** Kind (1: see {@link RemoteError}), then code, attempted, state, remedy as texts: length (4), UTF-8. */
    ERROR(2, 4 * (PayloadWriter.TEXT_BYTES + 4) + 1),
    /** Nothing. */
    PING(3, 0),

    /** To an agent, from a controller: name of the disk (text), right (1: 0 read, 1 write). Asks for a handle. */
    OFFER(16, PayloadWriter.TEXT_BYTES + 5),
    /** Answer: the handle (16). */
    HANDLE(17, 16),
    /** To an agent: handle (16), then options as in START. The sync begins, the agent being the other end of it. */
    JOIN(18, 64),
    /** To an agent, from a controller: handle (16), host (text), port (4), handle at that agent (16), options. */
    DIRECT(19, PayloadWriter.TEXT_BYTES + 128),
    /** Answer to DIRECT, now and then: bytes done (8), bytes in all (8). */
    PROGRESS(20, 16),
    /** Answer to DIRECT at the end: an outcome as in END. */
    RESULT(21, 128 << 10),
    /** To an agent that works on DIRECT. Nothing. */
    CANCEL(22, 0),

    /**
     * S: keys (32), claim (16), bytes of the source (8), options: mode (1: 0 delta, 1 full), resize, verify, force (1 each); identity
     * of the source (text).
     */
    START(32, PayloadWriter.TEXT_BYTES + 128),
    /** T. Nothing. */
    READY(33, 0),
    /** S. Nothing. */
    GO(34, 0),
    /** T: first unit (8), number of units (4: 1 to 16), a tag for each (16 each). */
    UNIT_TAGS(35, 12 + Sizes.UNITS_PER_FRAME * Fingerprint.TAG_BYTES),
    /** T: first unit (8), number of units (8). They are known to be zeros at the target. */
    ZERO_UNITS(36, 16),
    /** T: first unit (8), number of units (8). All of them shall be sent. */
    ALL_UNITS(37, 16),
    /** S: number of frames of the stream that it is done with (8). */
    TAKEN(38, 8),
    /** S: units (8 each, 1 to 16). */
    WANT_BLOCKS(39, Sizes.UNITS_PER_FRAME * 8),
    /** T: for one unit: unit (8), a tag for each of its blocks (16 each). */
    BLOCK_TAGS(40, 8 + Sizes.BLOCKS_PER_UNIT * Fingerprint.TAG_BYTES),
    /** S: blocks (8 each, 1 to 64). */
    WANT_CELLS(41, Sizes.BLOCKS_PER_FRAME * 8),
    /** T: for one block: block (8), a tag for each of its cells (16 each). */
    CELL_TAGS(42, 8 + Sizes.CELLS_PER_BLOCK * Fingerprint.TAG_BYTES),
    /**
     * S: tag over the bytes of the frame that are data, one after the other (16); records: kind (1: 0 data, 1 zeros), offset (8),
     * length (4), the bytes if data. T stores them, reads them again, and makes the tag anew.
     */
    DATA(43, Sizes.FRAME_BYTES),
    /** S. Nothing. */
    STOP_TAGS(44, 0),
    /** S. Nothing. */
    RESUME_TAGS(45, 0),
    /** S: number of frames of data (8). */
    SENT(46, 8),
    /** S: an outcome: the counters of {@link io.sdr.core.sync.SyncCounters} (8 each), digest (text, or empty), warnings. */
    END(47, 128 << 10),
    /** T: digest (text, or empty). */
    DONE(48, 128),
    /** T, as part of the stream: first unit (8), number of units (8). They are known to be equal, and are not looked at. */
    SKIP_UNITS(49, 16),
    /** To an agent: handle (16). The differences of the disk that it stands for come, beginning with BEGIN, in ascending order. */
    DIFFERENCES(50, 16),
    /** S, in place of START where no disk image is the target: keys (32), bytes of the source (8). */
    BEGIN(51, 40),

    /** Part of a call of an object of the other end: number of the call (8), whether it is the last part (1), bytes. */
    CALL(64, 9 + (64 << 10)),
    /** Part of the answer: number of the call (8), whether it is the last part (1), bytes. */
    RETURN(65, 9 + (64 << 10)),
    /** Whoever called wants the answer no more: number of the call (8). It is answered all the same. */
    GIVE_UP(66, 8),
    /** How far a call is: number of the call (8), bytes done (8), bytes in all (8). */
    CALL_PROGRESS(67, 24);

    /** The bytes that one frame carries of a call or its answer, at most. */
    public static final int CALL_PART_BYTES = 64 << 10;

    private final int code;
    private final int maxBytes;

    FrameType(int code, int maxBytes) {
        this.code = code;
        this.maxBytes = maxBytes;
    }

    int code() {
        return code;
    }

    int maxBytes() {
        return maxBytes;
    }

    static Optional<FrameType> of(int code) {
        return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
    }
}
