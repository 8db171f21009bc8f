package io.sdr.benchmarks.image;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.spi.DiskDescription;
import io.sdr.benchmarks.cli.Arguments;
import io.sdr.benchmarks.cli.UsageException;
import io.sdr.core.format.DiskFormats;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code sdr.jar info IMAGE}: what a disk image says of itself. */
public final class InfoCommand {
    /** The usage text. */
    public static final String USAGE = """
        usage: java -jar sdr.jar info IMAGE [--json]

          IMAGE   a disk image: raw, VHDX or VHD, as its content shows; it is not changed
          --json  prints JSON

        Exit codes: 0 done, 1 it cannot be read or a sync into it did not finish, 2 wrong usage.
        """;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private InfoCommand() {}

    /**
     * Prints it. Errors are thrown.
     *
     * @param arguments what follows the command's name
     * @param out for the result
     */
    public static void run(List<String> arguments, PrintStream out) {
        Arguments read = Arguments.read(arguments, Set.of(), Set.of("--json"), USAGE);
        Image image = Image.of(operand(read, USAGE));
        Optional<String> mark = image.mark();
        DiskDescription found = image.format(DiskFormats.installed()).describe(image.folder(), image.name());
        ObjectNode node = node(found, mark);
        if (read.has("--json")) {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node));
        } else {
            node.forEachEntry((name, value) -> out.println(name + ": " + (value.isNull() ? "-" : value.asString())));
        }
        mark.ifPresent(path -> {
            throw new OperationFailedException(Problem.of("IMAGE_TORN")
                    .attempted("find " + image.path() + " whole")
                    .state("it is partly old and partly new: the sync into it did not finish, says " + path)
                    .remedy("run that sync again"));
        });
    }

    static Path operand(Arguments read, String usage) {
        if (read.operands().size() != 1) {
            throw new UsageException(
                    read.operands().isEmpty() ? "no image is named" : "more than one image is named", usage);
        }
        return Arguments.toPath(read.operands().get(0), usage);
    }

    private static ObjectNode node(DiskDescription found, Optional<String> mark) {
        ObjectNode node = JSON.createObjectNode();
        node.put("format", found.format());
        node.put("type", found.type().name().toLowerCase(Locale.ROOT));
        node.put("virtualSizeBytes", found.virtualSizeBytes());
        node.put("blockSizeBytes", found.blockSizeBytes());
        node.put("logicalSectorBytes", found.logicalSectorBytes());
        put(node, "diskId", Optional.of(found.diskId()).filter(id -> !id.isEmpty()));
        put(node, "parent", found.parent());
        node.put("logDirty", found.logDirty());
        node.put("dataBytes", found.dataBytes());
        put(node, "unfinishedSync", mark);
        return node;
    }

    private static void put(ObjectNode node, String name, Optional<String> value) {
        value.ifPresentOrElse(text -> node.put(name, text), () -> node.putNull(name));
    }
}
