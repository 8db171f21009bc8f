package io.sdr.benchmarks.drill;

import java.io.PrintStream;
import java.util.List;

/** {@code sdr.jar drill}. */
public final class DrillCommand {
    /** The usage text. */
    public static final String USAGE = DrillOptions.USAGE;

    private DrillCommand() {}

    /**
     * Runs the drill, or goes on with one. Errors are thrown.
     *
     * @param arguments what follows the command's name
     * @param out for the report
     */
    public static void run(List<String> arguments, PrintStream out) {
        DrillOptions options = DrillOptions.read(arguments);
        if (options.listSteps()) {
            StepNames.all().forEach(out::println);
        } else {
            new Drill(options, out, DrillConsole.isTerminal(), CheckPlan.WHOLE_LIMIT).run();
        }
    }
}
