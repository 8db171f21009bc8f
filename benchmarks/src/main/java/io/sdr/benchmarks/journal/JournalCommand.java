package io.sdr.benchmarks.journal;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import io.sdr.api.spi.LocalFolder;
import io.sdr.benchmarks.cli.Arguments;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.replication.JournalRepair;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code sdr.jar journal repair FOLDER}: makes a replica's base whole without engine or store. */
public final class JournalCommand {
    /** The usage text. */
    public static final String USAGE = """
            usage: java -jar sdr.jar journal repair FOLDER

              FOLDER  the folder of one item's replica, which holds manifest.<number>; no engine may be using it

            A manifest that is damaged is replaced by the one before it. The last change of the replica is forgotten then,
            which is said, and is a failure once: run again, the command finds all whole.
            Exit codes: 0 all is whole, 1 something is damaged or forgotten or the folder is no replica, 2 wrong usage.
            """;

    private JournalCommand() {}

    /**
     * Runs it.
     *
     * @param arguments what follows {@code journal}
     * @param out for the report
     * @throws UsageException if the arguments are wrong
     * @throws io.sdr.api.SdrException if the base cannot be made whole, or something else in the folder is damaged
     */
    public static void run(List<String> arguments, PrintStream out) {
        if (arguments.size() != 2 || !arguments.get(0).equals("repair")) {
            throw new UsageException("expected: journal repair FOLDER", USAGE);
        }
        Path folder = Arguments.toPath(arguments.get(1), USAGE);
        JournalRepair.Report report = JournalRepair.repair(LocalFolder.of(folder));
        out.println("item " + report.item() + ", role " + report.role() + ": the base is whole at cycle "
                + report.applied() + ", received " + report.received());
        report.done().forEach(each -> out.println("repaired: " + each));
        if (report.done().isEmpty()) {
            out.println("nothing had to be repaired");
        }
        List<String> bad = new ArrayList<>(report.damaged());
        report.forgotten().ifPresent(bad::add);
        if (!bad.isEmpty()) {
            throw new CorruptException(Problem.of(report.damaged().isEmpty() ? "REPLICA_FELL_BACK" : "REPLICA_DAMAGED")
                    .attempted("find everything whole in " + folder)
                    .state("the base is whole, but " + String.join("; ", bad))
                    .remedy(String.join("; ", remedies(report))));
        }
    }

    private static List<String> remedies(JournalRepair.Report report) {
        List<String> all = new ArrayList<>();
        if (!report.damaged().isEmpty()) {
            all.add("points that need what is named cannot be reached; resynchronise the item");
        }
        if (report.forgotten().isPresent()) {
            all.add(
                    "start the engine, and before anything else look at the item: its state, its recovery points, and whether"
                            + " its last job has to be retried; if cycles are refused, resynchronise it");
        }
        return all;
    }
}
