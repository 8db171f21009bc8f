package io.sdr.benchmarks.cli;

/** The command line is wrong: exit code 2, with a usage text. Nothing was changed. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String usage;

    /**
     * Keeps what is wrong and what would be right.
     *
     * @param message one line
     * @param usage the command's usage text
     */
    public UsageException(String message, String usage) {
        super(message);
        this.usage = usage;
    }

    /**
     * Gives the command's usage text.
     *
     * @return some lines
     */
    public String usage() {
        return usage;
    }
}
