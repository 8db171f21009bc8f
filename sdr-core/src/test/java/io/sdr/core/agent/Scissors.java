package io.sdr.core.agent;

import io.sdr.core.agent.Forwarder.Fate;
import io.sdr.core.agent.Forwarder.Piece;
import io.sdr.core.agent.Forwarder.Rule;
import io.sdr.core.sync.wire.FrameType;
import io.sdr.core.sync.wire.RawTls;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Cuts a connection, once, at a frame on one of several ways. Thread-safe. */
final class Scissors {
    /** Where a cut is. */
    enum Place {
        BEFORE,
        AFTER_THE_FIRST_BYTE,
        IN_THE_MIDDLE;

        private int bytes(int length) {
            return switch (this) {
                case BEFORE -> 0;
                case AFTER_THE_FIRST_BYTE -> 1;
                case IN_THE_MIDDLE -> length / 2;
            };
        }
    }

    /**
     * A place to cut at.
     *
     * @param way the name of the way
     * @param asking in the direction of whoever has connected
     * @param frame the number of the frame on this way and in this direction, from 0; the end of what a side says counts as one
     */
    record Cut(String way, boolean asking, int frame, Place place) {}

    private final Set<FrameType> types = EnumSet.noneOf(FrameType.class);
    private Optional<Cut> wanted = Optional.empty();
    private int frames;
    private boolean done;
    private int cuts;

    /** Gives the rule of a way. */
    Rule on(String way) {
        return piece -> fate(way, piece);
    }

    /** Counts anew, and cuts there. */
    synchronized void cutAt(Cut cut) {
        wanted = Optional.of(cut);
        frames = 0;
        done = false;
    }

    /** Cuts no more; tells whether it did. */
    synchronized boolean rest() {
        wanted = Optional.empty();
        return done;
    }

    /** How many cuts there were. */
    synchronized int cuts() {
        return cuts;
    }

    /** At what frames. */
    synchronized Set<FrameType> types() {
        return EnumSet.copyOf(types);
    }

    private synchronized Fate fate(String way, Piece piece) {
        Optional<Cut> here = wanted.filter(each -> each.way().equals(way) && each.asking() == piece.asking());
        if (here.isEmpty() || done || frames++ != here.get().frame()) {
            return Fate.PASSES;
        }
        Place place = here.get().place();
        if (piece.isEnd() && place != Place.BEFORE) {
            return Fate.PASSES; // there is nothing within an end
        }
        done = true;
        cuts++;
        if (!piece.isEnd()) {
            types.add(RawTls.typeOf(piece.bytes()));
        }
        return Fate.breaksAfter(place.bytes(piece.bytes().length));
    }
}
