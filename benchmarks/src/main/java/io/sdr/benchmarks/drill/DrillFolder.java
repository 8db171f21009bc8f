package io.sdr.benchmarks.drill;

import io.sdr.api.OperationFailedException;
import io.sdr.api.Problem;
import io.sdr.api.Side;
import io.sdr.benchmarks.cli.UsageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The folder that a drill lives in. {@code drill.json} says that the drill made it and for which image; it is there before
 * anything else is.
 */
final class DrillFolder implements AutoCloseable {
    private static final String CARD = "drill.json";
    private static final String CARD_PART = "drill.json.part";
    private static final String RESULT = "result.json";
    private static final String LOCK = "drill.lock";
    private static final String MADE_BY = "sdr drill";
    private static final int VERSION = 1;
    private static final String JOURNAL = "drill.jsonl";
    private static final String GUEST_LOG = "guest.jsonl";
    private static final String IMPORTED = "imported.txt";
    private static final String IMAGE = "image.raw";
    private static final String SCRATCH = "tree";
    private static final String ENGINE = "engine";
    private static final String PRIMARY = "primary";
    private static final String RECOVERY = "recovery";
    private static final String EXPORTED = ".raw";
    private static final String HANDS = "hands.jsonl";
    private static final String AGENTS = "agents";
    private static final Set<String> OWN = Set.of(
            CARD,
            CARD_PART,
            LOCK,
            JOURNAL,
            GUEST_LOG,
            IMPORTED,
            IMAGE,
            SCRATCH,
            ENGINE,
            PRIMARY,
            RECOVERY,
            HANDS,
            AGENTS,
            PRIMARY + EXPORTED,
            RECOVERY + EXPORTED);

    private final Path path;
    private final boolean temporary;
    private final Optional<FileChannel> lockChannel;

    private DrillFolder(Path path, boolean temporary, Optional<FileChannel> lockChannel) {
        this.path = path;
        this.temporary = temporary;
        this.lockChannel = lockChannel;
    }

    /** Refuses, before anything is changed, a folder that something else made. */
    static void check(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new UsageException(folder + " is no folder", DrillOptions.USAGE);
        }
        if (readCard(folder).isEmpty() && !isEmpty(folder)) {
            throw new UsageException(
                    folder + " was not made by the drill; name a new or empty folder", DrillOptions.USAGE);
        }
    }

    static DrillFolder openOrMake(Path folder) {
        check(folder);
        try {
            return lock(Files.createDirectories(folder).toRealPath(), false);
        } catch (IOException e) {
            throw FileFailure.of("make the folder", folder, e);
        }
    }

    static DrillFolder makeTemporary() {
        try {
            return lock(Files.createTempDirectory("sdr-drill-").toRealPath(), true);
        } catch (IOException e) {
            throw FileFailure.of("make a folder in", Path.of(System.getProperty("java.io.tmpdir", "")), e);
        }
    }

    private static DrillFolder lock(Path folder, boolean temporary) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        Optional<FileLock> lock;
        try {
            lock = Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            lock = Optional.empty();
        }
        if (lock.isEmpty()) {
            channel.close();
            throw new OperationFailedException(Problem.of("DRILL_RUNNING")
                    .attempted("use the folder " + folder)
                    .state("another drill is at work in it")
                    .remedy("wait for its end, or name another folder with --dir"));
        }
        return new DrillFolder(folder, temporary, Optional.of(channel));
    }

    /** The folder of a drill that another process works in, which has locked it. */
    static DrillFolder of(Path folder) {
        return new DrillFolder(folder, false, Optional.empty());
    }

    private static boolean isEmpty(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> ours = List.of(LOCK, CARD_PART);
            return files.allMatch(file -> ours.contains(String.valueOf(file.getFileName())));
        } catch (IOException e) {
            throw FileFailure.of("list", folder, e);
        }
    }

    /**
     * Tells whether a file is one of those that the drill keeps in its folder. The result is none of them: a report under its
     * name holds the same.
     */
    static boolean isOwn(Path folder, Path file) {
        Path root = folder.toAbsolutePath().normalize();
        Path absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(root)
                && !absolute.equals(root)
                && OWN.contains(root.relativize(absolute).getName(0).toString());
    }

    /** The image of the drill that was begun in a folder. */
    static Optional<Path> imageOf(Path folder) {
        return readCard(folder).map(card -> Path.of(card.path("disk").asString()));
    }

    /** The format of the disks of the drill that was begun in a folder. */
    static Optional<String> formatOf(Path folder) {
        return readCard(folder).map(card -> card.path("format").asString(DrillImage.RAW));
    }

    private static Optional<JsonNode> readCard(Path folder) {
        try {
            JsonNode card = JsonLines.JSON.readTree(Files.readAllBytes(folder.resolve(CARD)));
            boolean ours = MADE_BY.equals(card.path("madeBy").stringValue(""))
                    && card.path("version").asInt(0) == VERSION;
            return ours ? Optional.of(card) : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    /** Marks a new folder as the drill's; durable on return. */
    void begin(Path disk, String format) {
        ObjectNode card = JsonLines.JSON.createObjectNode();
        card.put("madeBy", MADE_BY);
        card.put("version", VERSION);
        card.put("disk", disk.toString());
        card.put("format", format);
        publish(CARD_PART, CARD, card);
    }

    /** The result of a finished drill. What tells of one that is not finished, or is torn, is none. */
    static Optional<JsonNode> result(Path folder) {
        Path file = folder.resolve(RESULT);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JsonLines.JSON.readTree(Files.readAllBytes(file)))
                    .filter(result -> result.path("verified").asBoolean(false));
        } catch (JacksonException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw FileFailure.of("read", file, e);
        }
    }

    /** Stores the result; durable on return. */
    void storeResult(JsonNode result) {
        publish(RESULT + ".part", RESULT, result);
    }

    private void publish(String part, String name, JsonNode content) {
        Path temporaryFile = path.resolve(part);
        try {
            Files.write(
                    temporaryFile,
                    JsonLines.JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
            try (FileChannel channel = FileChannel.open(temporaryFile, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(
                    temporaryFile,
                    path.resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw FileFailure.of("write", path.resolve(name), e);
        }
    }

    Path path() {
        return path;
    }

    boolean isTemporary() {
        return temporary;
    }

    Path primary() {
        return path.resolve(PRIMARY);
    }

    Path recovery() {
        return path.resolve(RECOVERY);
    }

    /** Where a side's disk is exported to as a raw image. */
    Path exported(Side side) {
        return path.resolve((side == Side.PRIMARY ? PRIMARY : RECOVERY) + EXPORTED);
    }

    Path engine() {
        return path.resolve(ENGINE);
    }

    Path madeImage() {
        return path.resolve(IMAGE);
    }

    Path scratch() {
        return path.resolve(SCRATCH);
    }

    Path guestLog() {
        return path.resolve(GUEST_LOG);
    }

    /** What the hands of a drill with agents have done. */
    Path handsJournal() {
        return path.resolve(HANDS);
    }

    /** Where the agents of a drill have their configuration. */
    Path agents() {
        return path.resolve(AGENTS);
    }

    Path journal() {
        return path.resolve(JOURNAL);
    }

    Path importedRanges() {
        return path.resolve(IMPORTED);
    }

    /** Deletes the folder with all that is in it. */
    void delete() {
        close();
        try {
            ImageMaker.delete(path);
        } catch (IOException e) {
            throw FileFailure.of("delete", path, e);
        }
    }

    @Override
    public void close() {
        try {
            if (lockChannel.isPresent()) {
                lockChannel.get().close();
            }
        } catch (IOException e) {
            throw FileFailure.of("unlock", path, e);
        }
    }
}
