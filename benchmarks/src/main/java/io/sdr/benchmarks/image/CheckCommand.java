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
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sdr.jar check IMAGE}: holds a disk image against the rules of its format. */
public final class CheckCommand {
    /** The usage text. */
    public static final String USAGE = """
        usage: java -jar sdr.jar check IMAGE [--json]

          IMAGE   a disk image: raw, VHDX or VHD, as its content shows; it is not changed. A layer's parents are opened too
          --json  prints JSON

        Prints a line for each rule that is broken: its name, the offset in the file, what is there, what should be.
        Exit codes: 0 sound, 1 findings, or it cannot be read, 2 wrong usage.
        """;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private CheckCommand() {}

    /** A rule that a file breaks. */
    private record Finding(String file, DiskDefect defect) {
        String line() {
            return defect.rule() + " at offset " + defect.offset() + ": " + defect.found() + "; expected: "
                    + defect.expected() + " [" + file + "]";
        }
    }

    /**
     * Checks it. Errors are thrown, findings too.
     *
     * @param arguments what follows the command's name
     * @param out for the findings
     */
    public static void run(List<String> arguments, PrintStream out) {
        Arguments read = Arguments.read(arguments, Set.of(), Set.of("--json"), USAGE);
        Image image = Image.of(InfoCommand.operand(read, USAGE));
        DiskFormat format = format(image);
        List<Finding> findings = findings(image, format);
        if (read.has("--json")) {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node(image, format, findings)));
        } else {
            findings.forEach(each -> out.println(each.line()));
        }
        if (!findings.isEmpty()) {
            throw new CorruptException(Problem.of("IMAGE_DEFECTS")
                    .attempted("find " + image.path() + " sound")
                    .state(findings.size() + (findings.size() == 1 ? " finding" : " findings") + ", the first: "
                            + findings.get(0).line())
                    .remedy("restore the file from a copy, or sync it again from its source"));
        }
        if (!read.has("--json")) {
            out.println("Sound: " + image.path() + " (" + format.name() + ")");
        }
    }

    private static ObjectNode node(Image image, DiskFormat format, List<Finding> findings) {
        ObjectNode node = JSON.createObjectNode();
        node.put("image", image.path().toString());
        node.put("format", format.name());
        node.put("sound", findings.isEmpty());
        ArrayNode list = node.putArray("findings");
        for (Finding each : findings) {
            list.addObject()
                    .put("rule", each.defect().rule())
                    .put("file", each.file())
                    .put("offset", each.defect().offset())
                    .put("found", each.defect().found())
                    .put("expected", each.defect().expected());
        }
        return node;
    }

    /** What no format knows by its content and yet has the name of one may be a file whose beginning is damaged. */
    private static DiskFormat format(Image image) {
        DiskFormats formats = DiskFormats.installed();
        DiskFormat found = image.format(formats);
        return found.name().equals("raw") ? formats.byEnding(image.name()).orElse(found) : found;
    }

    private static List<Finding> findings(Image image, DiskFormat format) {
        String file = image.path().toString();
        List<Finding> findings = new ArrayList<>();
        image.mark()
                .ifPresent(mark -> findings.add(new Finding(
                        file,
                        new DiskDefect(
                                "SYNC_UNFINISHED",
                                0,
                                "partly old and partly new, says " + mark,
                                "no mark of a sync"))));
        format.check(image.folder(), image.name()).forEach(defect -> findings.add(new Finding(file, defect)));
        if (findings.isEmpty()) {
            try {
                format.open(image.folder(), image.name(), Access.READ).close(); // with its parents
            } catch (DiskFormatException e) {
                findings.add(new Finding(e.file(), e.defect()));
            }
        }
        return findings;
    }
}
