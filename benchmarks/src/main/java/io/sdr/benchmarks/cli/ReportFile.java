package io.sdr.benchmarks.cli;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The file that {@code --json} names. */
public final class ReportFile {
    private ReportFile() {}

    /** Apart, so that a command that makes its report itself starts without it. */
    private static final class Json {
        static final JsonMapper MAPPER = JsonMapper.builder().build();
    }

    /**
     * Makes sure, before anything is done, that a report can be written and replaces nothing else.
     *
     * @param file the file
     * @param images files that it must not replace, under no name
     * @param newFolder a folder that the command will make
     * @param usage the command's usage text
     * @throws UsageException if it is no file in a folder that exists, or one of the images
     * @throws InvalidRequestException if this user may not write it
     */
    public static void check(Path file, Collection<Path> images, Optional<Path> newFolder, String usage) {
        Path absolute = file.toAbsolutePath().normalize();
        for (Path image : images) {
            if (isSame(absolute, image)) {
                throw new UsageException("--json names the disk image " + image, usage);
            }
        }
        Path folder = absolute.getParent();
        boolean madeLater = newFolder
                .map(each -> each.toAbsolutePath().normalize())
                .filter(each -> each.equals(folder) && !Files.exists(each))
                .isPresent();
        if (madeLater) {
            return;
        }
        boolean regular = Files.isRegularFile(absolute);
        if ((Files.exists(absolute) && !regular) || folder == null || !Files.isDirectory(folder)) {
            throw new UsageException("--json " + file + " is no file in a folder that exists", usage);
        }
        if (!Files.isWritable(regular ? absolute : folder)) {
            throw new InvalidRequestException(Problem.of("REPORT_NOT_WRITABLE")
                    .attempted("write the result to " + file)
                    .state("this user may not write there; nothing was done")
                    .remedy("name another file with --json"));
        }
    }

    private static boolean isSame(Path file, Path image) {
        if (file.equals(image.toAbsolutePath().normalize())) {
            return true;
        }
        try {
            return Files.isSameFile(file, image); // through symbolic and hard links, too
        } catch (IOException e) {
            return false; // one of them does not exist
        }
    }

    /**
     * Writes the report.
     *
     * @param file the file
     * @param report what it shall hold
     * @param done what is done although it cannot be written
     * @throws InvalidRequestException if it cannot be written
     */
    public static void write(Path file, ObjectNode report, String done) {
        write(file, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(report), done);
    }

    /**
     * Writes a report that is text already.
     *
     * @param file the file
     * @param report its bytes
     * @param done what is done although it cannot be written
     * @throws InvalidRequestException if it cannot be written
     */
    public static void write(Path file, byte[] report, String done) {
        try {
            Files.write(file, report);
        } catch (IOException e) {
            throw new InvalidRequestException(
                    Problem.of("REPORT_NOT_WRITTEN")
                            .attempted("write the result to " + file)
                            .state(e + "; " + done)
                            .remedy("name another file for the result"),
                    e);
        }
    }
}
