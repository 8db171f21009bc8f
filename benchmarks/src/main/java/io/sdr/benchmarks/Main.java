package io.sdr.benchmarks;

import java.io.PrintStream;

/** Entry point of {@code sdr.jar}. Exit codes: 0 done and verified, 1 failed, 2 wrong usage. */
public final class Main {
    static final int WRONG_USAGE = 2;

    private static final String USAGE = """
            usage: java -jar sdr.jar COMMAND [OPTION...]

            This version has no commands yet.
            """;

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(System.err));
    }

    static int run(PrintStream err) {
        err.print(USAGE);
        return WRONG_USAGE;
    }
}
