package io.sdr.api.spi;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;

/** A disk file breaks a rule of its format. Nothing was changed; no data of it was handed out as if it were sound. */
public final class DiskFormatException extends CorruptException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final String rule;
    private final long offset;
    private final String found;
    private final String expected;

    /**
     * Makes the exception.
     *
     * @param file the file
     * @param defect the rule that it breaks, where and how
     */
    public DiskFormatException(String file, DiskDefect defect) {
        super(Problem.of("DISK_" + defect.rule())
                .attempted("use the disk file " + file)
                .state("at offset " + defect.offset() + " it has " + defect.found() + "; expected: "
                        + defect.expected())
                .remedy("restore the file from a copy, or resynchronise the disk"));
        this.file = file;
        this.rule = defect.rule();
        this.offset = defect.offset();
        this.found = defect.found();
        this.expected = defect.expected();
    }

    /**
     * Names the file.
     *
     * @return its path as a person can follow it
     */
    public String file() {
        return file;
    }

    /**
     * Names the rule.
     *
     * @return the rule's stable name, as {@link DiskFormat#check} gives it
     */
    public String rule() {
        return rule;
    }

    /**
     * Tells where.
     *
     * @return the offset in the file, in bytes
     */
    public long offset() {
        return offset;
    }

    /**
     * Tells what a sound file has there.
     *
     * @return the expectation, for people
     */
    public String expected() {
        return expected;
    }

    /**
     * Gives the defect as a value.
     *
     * @return rule, offset, what was found and what was expected
     */
    public DiskDefect defect() {
        return new DiskDefect(rule, offset, found, expected);
    }
}
