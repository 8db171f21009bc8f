package io.sdr.benchmarks.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parts of a command line: options with a value ({@code --disk FILE} or {@code --disk=FILE}), options without
 * ({@code --steps}), and the rest.
 */
public final class Arguments {
    private final String usage;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> flags = new LinkedHashSet<>();
    private final List<String> operands = new ArrayList<>();

    private Arguments(String usage) {
        this.usage = usage;
    }

    /**
     * Reads a command line.
     *
     * @param arguments what follows the command's name
     * @param valueOptions names of options that take a value
     * @param flagOptions names of options that take none
     * @param usage the command's usage text
     * @return the parts
     * @throws UsageException if an option is unknown, given twice, or has no value
     */
    public static Arguments read(
            List<String> arguments, Set<String> valueOptions, Set<String> flagOptions, String usage) {
        Arguments read = new Arguments(usage);
        for (int i = 0; i < arguments.size(); i++) {
            String each = arguments.get(i);
            if (!each.startsWith("-")) {
                read.operands.add(each);
                continue;
            }
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            if (flagOptions.contains(name) && equals < 0) {
                if (!read.flags.add(name)) {
                    throw new UsageException(name + " is given twice", usage);
                }
            } else if (valueOptions.contains(name)) {
                if (equals < 0 && i + 1 == arguments.size()) {
                    throw new UsageException(name + " needs a value", usage);
                }
                String value = equals < 0 ? arguments.get(++i) : each.substring(equals + 1);
                if (value.isEmpty()) {
                    throw new UsageException(name + " needs a value", usage);
                }
                if (read.values.put(name, value) != null) {
                    throw new UsageException(name + " is given twice", usage);
                }
            } else {
                throw new UsageException("unknown option " + each, usage);
            }
        }
        return read;
    }

    /**
     * Gives the value of an option.
     *
     * @param name the option's name
     * @return the value, or empty
     */
    public Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Gives the value of an option as a path.
     *
     * @param name the option's name
     * @return the path, or empty
     */
    public Optional<Path> path(String name) {
        return value(name).map(text -> toPath(text, usage));
    }

    /**
     * Gives the value of an option that must be there.
     *
     * @param name the option's name
     * @return the path
     */
    public Path requiredPath(String name) {
        return path(name).orElseThrow(() -> new UsageException(name + " is missing", usage));
    }

    /**
     * Tells whether an option without a value is given.
     *
     * @param name the option's name
     * @return whether it is
     */
    public boolean has(String name) {
        return flags.contains(name);
    }

    /**
     * Gives what is no option.
     *
     * @return the operands in order
     */
    public List<String> operands() {
        return List.copyOf(operands);
    }

    /** Refuses operands. */
    public void expectNoOperands() {
        if (!operands.isEmpty()) {
            throw new UsageException("unexpected argument '" + operands.get(0) + "'", usage);
        }
    }

    /**
     * Reads a path.
     *
     * @param text the text
     * @param usage the command's usage text
     * @return the path
     */
    public static Path toPath(String text, String usage) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UsageException("'" + text + "' is no path: " + e.getReason(), usage);
        }
    }
}
