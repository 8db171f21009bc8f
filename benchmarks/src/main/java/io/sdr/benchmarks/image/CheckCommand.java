package io.sdr.benchmarks.image;

import io.sdr.api.CorruptException;
import io.sdr.api.Problem;
import io.sdr.api.spi.Access;
import io.sdr.api.spi.DiskDefect;
import io.sdr.api.spi.DiskFormat;
import io.sdr.api.spi.DiskFormatException;
import io.sdr.benchmarks.cli.Arguments;
import io.sdr.core.format.DiskFormats;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code sdr.jar check IMAGE}: holds a disk image against the rules of its format. */
public final class CheckCommand {
    /** The usage text. */
    public static final String USAGE = """
        usage: java -jar sdr.jar check IMAGE

          IMAGE  a disk image: raw, VHDX or VHD, as its content shows; it is not changed. A layer's parents are opened too

        Prints a line for each rule that is broken: its name, the offset in the file, what is there, what should be.
        Exit codes: 0 sound, 1 findings, or it cannot be read, 2 wrong usage.
        """;

    private CheckCommand() {}

    /**
     * Checks it. Errors are thrown, findings too.
     *
     * @param arguments what follows the command's name
     * @param out for the findings
     */
    public static void run(List<String> arguments, PrintStream out) {
        Arguments read = Arguments.read(arguments, Set.of(), Set.of(), USAGE);
        Image image = Image.of(InfoCommand.operand(read, USAGE));
        DiskFormat format = format(image);
        List<String> findings = findings(image, format);
        findings.forEach(out::println);
        if (!findings.isEmpty()) {
            throw new CorruptException(Problem.of("IMAGE_DEFECTS")
                    .attempted("find " + image.path() + " sound")
                    .state(findings.size() + (findings.size() == 1 ? " finding" : " findings") + ", the first: "
                            + findings.get(0))
                    .remedy("restore the file from a copy, or sync it again from its source"));
        }
        out.println("Sound: " + image.path() + " (" + format.name() + ")");
    }

    /** What no format knows by its content and yet has the name of one may be a file whose beginning is damaged. */
    private static DiskFormat format(Image image) {
        DiskFormats formats = DiskFormats.installed();
        DiskFormat found = image.format(formats);
        return found.name().equals("raw") ? formats.byEnding(image.name()).orElse(found) : found;
    }

    private static List<String> findings(Image image, DiskFormat format) {
        List<String> findings = new ArrayList<>();
        image.mark()
                .ifPresent(mark -> findings.add("SYNC_UNFINISHED at offset 0: partly old and partly new, says " + mark
                        + "; expected: no mark of a sync"));
        format.check(image.folder(), image.name())
                .forEach(defect -> findings.add(line(image.path().toString(), defect)));
        if (findings.isEmpty()) {
            try {
                format.open(image.folder(), image.name(), Access.READ).close(); // with its parents
            } catch (DiskFormatException e) {
                findings.add(line(e.file(), e.defect()));
            }
        }
        return findings;
    }

    private static String line(String file, DiskDefect defect) {
        return defect.rule() + " at offset " + defect.offset() + ": " + defect.found() + "; expected: "
                + defect.expected() + " [" + file + "]";
    }
}
