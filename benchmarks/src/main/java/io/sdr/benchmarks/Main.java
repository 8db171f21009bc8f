package io.sdr.benchmarks;

import io.sdr.api.SdrException;
import io.sdr.benchmarks.agent.AgentCommand;
import io.sdr.benchmarks.agent.CertificatesCommand;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.benchmarks.drill.DrillCommand;
import io.sdr.benchmarks.drill.HandsCommand;
import io.sdr.benchmarks.image.CheckCommand;
import io.sdr.benchmarks.image.ConvertCommand;
import io.sdr.benchmarks.image.CreateCommand;
import io.sdr.benchmarks.image.InfoCommand;
import io.sdr.benchmarks.journal.JournalCommand;
import io.sdr.benchmarks.sync.SyncCommand;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entry point of {@code sdr.jar}. Exit codes: 0 done and verified, 1 failed, 2 wrong usage. */
public final class Main {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private static final String USAGE = """
        usage: java -jar sdr.jar COMMAND [OPTION...]

          drill           fail a VM over and back on a disk image, and verify every byte
          sync            bring one disk image up to date with another
          info            tell what a disk image is: raw, VHDX or VHD
          check           hold a disk image against every rule of its format
          create          make an empty disk image, or a layer over one
          convert         make a disk image of another one, in another format
          agent           serve disks to syncs from other machines
          certificates    make certificates to try agents out with
          journal repair  make a replica's base whole without its engine
          version         print the version
          usage           print this text

        Exit codes: 0 done and verified, 1 failed, 2 wrong usage.
        """;

    private Main() {}

    /** Apart, so that a command that has nothing to log starts without logging. */
    private static final class Log {
        static final Logger OF_MAIN = LoggerFactory.getLogger(Main.class);
    }

    public static void main(String[] args) {
        int code = run(Arrays.asList(args), System.out, System.err);
        System.out.flush();
        System.exit(code);
    }

    /**
     * Runs a command.
     *
     * @param arguments the command and what follows it
     * @param out for results
     * @param err for errors, one line each, and usage texts
     * @return the exit code
     */
    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        try {
            return dispatch(arguments, out);
        } catch (UsageException e) {
            err.println("sdr: " + oneLine(String.valueOf(e.getMessage())));
            err.print(e.usage());
            return WRONG_USAGE;
        } catch (SdrException e) {
            Log.OF_MAIN.debug("failed", e);
            err.println("sdr: " + oneLine(e.problem().describe()));
            return FAILED;
        } catch (RuntimeException e) {
            Log.OF_MAIN.debug("failed", e);
            err.println("sdr: Failed unexpectedly: " + oneLine(e.toString())
                    + ". To do: run it again with -Dorg.slf4j.simpleLogger.defaultLogLevel=debug and report what it"
                    + " logs [UNEXPECTED]");
            return FAILED;
        }
    }

    private static int dispatch(List<String> arguments, PrintStream out) {
        if (arguments.isEmpty()) {
            throw new UsageException("no command", USAGE);
        }
        List<String> rest = arguments.subList(1, arguments.size());
        if (rest.contains("--help") || rest.contains("-h")) {
            Optional<String> usage = usageOf(arguments.get(0));
            if (usage.isPresent()) {
                out.print(usage.get());
                return DONE;
            }
        }
        return switch (arguments.get(0)) {
            case "drill" -> {
                DrillCommand.run(rest, out);
                yield DONE;
            }
            case "sync" -> {
                SyncCommand.run(rest, out);
                yield DONE;
            }
            case "info" -> {
                InfoCommand.run(rest, out);
                yield DONE;
            }
            case "check" -> {
                CheckCommand.run(rest, out);
                yield DONE;
            }
            case "create" -> {
                CreateCommand.run(rest, out);
                yield DONE;
            }
            case "convert" -> {
                ConvertCommand.run(rest, out);
                yield DONE;
            }
            case "agent" -> {
                AgentCommand.run(rest, out);
                yield DONE;
            }
            case "certificates" -> {
                CertificatesCommand.run(rest, out);
                yield DONE;
            }
            case HandsCommand.AGENT -> {
                HandsCommand.runAgent(rest, System.in, out);
                yield DONE;
            }
            case HandsCommand.NAME -> {
                HandsCommand.run(rest, System.in, out);
                yield DONE;
            }
            case "journal" -> {
                JournalCommand.run(rest, out);
                yield DONE;
            }
            case "version", "--version" -> {
                String version = Main.class.getPackage().getImplementationVersion();
                out.println("sdr " + Optional.ofNullable(version).orElse("(not run from sdr.jar: version unknown)"));
                yield DONE;
            }
            case "usage", "help", "--help", "-h" -> {
                out.print(USAGE);
                yield DONE;
            }
            default -> throw new UsageException("unknown command '" + arguments.get(0) + "'", USAGE);
        };
    }

    private static Optional<String> usageOf(String command) {
        return switch (command) {
            case "drill" -> Optional.of(DrillCommand.USAGE);
            case "sync" -> Optional.of(SyncCommand.USAGE);
            case "info" -> Optional.of(InfoCommand.USAGE);
            case "check" -> Optional.of(CheckCommand.USAGE);
            case "create" -> Optional.of(CreateCommand.USAGE);
            case "convert" -> Optional.of(ConvertCommand.USAGE);
            case "agent" -> Optional.of(AgentCommand.USAGE);
            case "certificates" -> Optional.of(CertificatesCommand.USAGE);
            case "journal" -> Optional.of(JournalCommand.USAGE);
            default -> Optional.empty();
        };
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
