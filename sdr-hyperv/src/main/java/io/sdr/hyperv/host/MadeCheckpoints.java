package io.sdr.hyperv.host;

import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checkpoints and marks of a VM, and what the catalogue says was made for an item, of whatever VM.
 *
 * @param checkpoints the ids of the VM's recovery checkpoints
 * @param marks its marks by their ids
 * @param begun the tokens of which a checkpoint was begun
 * @param marking the tokens of which a mark was begun
 * @param checkpointOf the id of the checkpoint that was made for a token
 * @param markOf the id of the mark that was made of it
 */
public record MadeCheckpoints(
        Set<String> checkpoints,
        Map<String, TrackingMark> marks,
        Set<String> begun,
        Set<String> marking,
        Map<String, String> checkpointOf,
        Map<String, String> markOf) {
    private static final String MADE = ".made";
    private static final String MARK = ".mark";

    static MadeCheckpoints of(ScriptAnswer answer) {
        Map<String, TrackingMark> marks = new HashMap<>();
        for (ScriptAnswer each : answer.each("references")) {
            TrackingMark mark = TrackingMark.of(each);
            marks.put(mark.id(), mark);
        }
        Set<String> begun = new TreeSet<>();
        Set<String> marking = new TreeSet<>();
        Map<String, String> checkpointOf = new HashMap<>();
        Map<String, String> markOf = new HashMap<>();
        for (ScriptAnswer each : answer.each("made")) {
            String name = each.text("name");
            if (name.endsWith(MARK + MADE)) {
                markOf.put(name.substring(0, name.length() - MARK.length() - MADE.length()), each.text("made"));
            } else if (name.endsWith(MADE)) {
                checkpointOf.put(name.substring(0, name.length() - MADE.length()), each.text("made"));
            } else if (name.endsWith(MARK)) {
                marking.add(name.substring(0, name.length() - MARK.length()));
            } else if (name.indexOf('.') < 0) {
                begun.add(name);
            }
        }
        return new MadeCheckpoints(
                new HashSet<>(answer.texts("checkpoints")), marks, begun, marking, checkpointOf, markOf);
    }

    /** The checkpoint of a token, if it is there. */
    public Optional<String> checkpoint(String token) {
        return Optional.ofNullable(checkpointOf.get(token)).filter(checkpoints::contains);
    }

    /** The mark of a token, if it is there. */
    public Optional<TrackingMark> mark(String token) {
        return Optional.ofNullable(markOf.get(token)).map(marks::get);
    }

    /** Tells whether somebody began to make a checkpoint and nobody heard how it ended. */
    public boolean isHalfMade(String token) {
        return begun.contains(token) && !checkpointOf.containsKey(token);
    }

    /** Tells whether somebody began to make a mark of a checkpoint and nobody heard how it ended. */
    public boolean isHalfMarked(String token) {
        return marking.contains(token) && !markOf.containsKey(token);
    }

    /** The tokens of which something may be there. */
    public List<String> leftovers() {
        return begun.stream()
                .filter(token -> checkpoint(token).isPresent()
                        || mark(token).isPresent()
                        || isHalfMade(token)
                        || isHalfMarked(token))
                .toList();
    }
}
