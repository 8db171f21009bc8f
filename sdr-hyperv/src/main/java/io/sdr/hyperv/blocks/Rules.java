package io.sdr.hyperv.blocks;

import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskFormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes what is wrong with a file. Opening stops at the first defect; a check collects them as far as reading can go on. Not
 * thread-safe.
 */
public final class Rules {
    private static final int MOST = 1000;

    private final String file;
    private final boolean collecting;
    private final List<DiskDefect> defects = new ArrayList<>();

    private Rules(String file, boolean collecting) {
        this.file = file;
        this.collecting = collecting;
    }

    /** Rules for opening: the first defect is thrown, remarks are passed over. */
    public static Rules throwing(String file) {
        return new Rules(file, false);
    }

    /** Rules for a check: defects and remarks are collected, at most 1,000 of them. */
    public static Rules collecting(String file) {
        return new Rules(file, true);
    }

    /** Makes the exception for what makes all further reading senseless; the caller throws it. */
    public DiskFormatException fatal(String rule, long offset, String found, String expected) {
        return new DiskFormatException(file, new DiskDefect(rule, offset, found, expected));
    }

    /** Throws unless a condition holds without which all further reading is senseless. */
    public void require(boolean holds, String rule, long offset, Object found, String expected) {
        if (!holds) {
            throw fatal(rule, offset, String.valueOf(found), expected);
        }
    }

    /** Takes a defect that does not stop a check. */
    public void defect(String rule, long offset, Object found, String expected) {
        DiskDefect defect = new DiskDefect(rule, offset, String.valueOf(found), expected);
        if (!collecting) {
            throw new DiskFormatException(file, defect);
        }
        if (defects.size() < MOST) {
            defects.add(defect);
        }
    }

    /** Takes what a check tells and opening lives with, such as one damaged copy of two. */
    public void remark(String rule, long offset, Object found, String expected) {
        if (collecting) {
            defect(rule, offset, found, expected);
        }
    }

    /** Gives what was collected. */
    public List<DiskDefect> defects() {
        return List.copyOf(defects);
    }

    public String file() {
        return file;
    }
}
