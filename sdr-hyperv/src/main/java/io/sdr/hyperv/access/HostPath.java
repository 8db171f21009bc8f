package io.sdr.hyperv.access;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An absolute path on a Windows host, of a file or a folder. Two paths that differ only in capitals are one, as NTFS takes them.
 * Immutable.
 */
public final class HostPath {
    /** Begins at a drive, a share, or a volume by its id ({@code \\?\Volume{…}\}). */
    private static final Pattern ROOT = Pattern.compile("[A-Za-z]:\\\\|\\\\\\\\[^\\\\]+\\\\[^\\\\]+\\\\");

    private static final Pattern NAME = Pattern.compile("[^\\\\/:*?\"<>|\\x00-\\x1f]{1,255}");

    private final String root;
    private final List<String> names;

    private HostPath(String root, List<String> names) {
        this.root = root;
        this.names = List.copyOf(names);
    }

    /**
     * Reads a path.
     *
     * @param text an absolute path, such as {@code D:\VMs\web-01.vhdx} or {@code \\fs\vms\web-01.vhdx}
     * @return the path
     * @throws InvalidRequestException code {@code INVALID_PATH} if it is not absolute, or has a name that Windows does not allow
     */
    public static HostPath of(String text) {
        String plain = text.replace('/', '\\');
        String whole = plain.endsWith("\\") ? plain : plain + "\\";
        var begin = ROOT.matcher(whole);
        if (!begin.lookingAt()) {
            throw invalid(text, "it is not absolute");
        }
        List<String> names = List.of(whole.substring(begin.end()).split("\\\\")).stream()
                .filter(each -> !each.isEmpty())
                .toList();
        names.forEach(each -> checkName(text, each));
        return new HostPath(begin.group(), names);
    }

    private static void checkName(String text, String name) {
        if (!NAME.matcher(name).matches() || name.endsWith(".") || name.endsWith(" ")) {
            throw invalid(text, "'" + name + "' is no name of a file or folder");
        }
    }

    private static InvalidRequestException invalid(String text, String why) {
        return new InvalidRequestException(Problem.of("INVALID_PATH")
                .attempted("read the path '" + text + "' of a host")
                .state(why)
                .remedy("name an absolute path on the host, such as D:\\sdr"));
    }

    /**
     * Names something in this folder.
     *
     * @param name a single name
     * @return its path
     * @throws InvalidRequestException code {@code INVALID_PATH} if Windows does not allow it
     */
    public HostPath child(String name) {
        checkName(this + "\\" + name, name);
        List<String> longer = new java.util.ArrayList<>(names);
        longer.add(name);
        return new HostPath(root, longer);
    }

    /**
     * Gives the folder that this is in.
     *
     * @return the folder
     * @throws InvalidRequestException code {@code INVALID_PATH} if this is a drive or share as a whole
     */
    public HostPath parent() {
        if (names.isEmpty()) {
            throw invalid(toString(), "nothing is above it");
        }
        return new HostPath(root, names.subList(0, names.size() - 1));
    }

    /**
     * Gives the last name.
     *
     * @return the name; empty for a drive or share as a whole
     */
    public String name() {
        return names.isEmpty() ? "" : names.get(names.size() - 1);
    }

    /**
     * Tells where this is in a folder.
     *
     * @param folder the folder
     * @return the names from the folder to this, none for the folder itself; empty if this is elsewhere
     */
    public Optional<List<String>> below(HostPath folder) {
        boolean inside = key(root).equals(key(folder.root))
                && names.size() >= folder.names.size()
                && key(names.subList(0, folder.names.size())).equals(key(folder.names));
        return inside ? Optional.of(names.subList(folder.names.size(), names.size())) : Optional.empty();
    }

    private static String key(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    private static List<String> key(List<String> texts) {
        return texts.stream().map(HostPath::key).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostPath that
                && key(root).equals(key(that.root))
                && key(names).equals(key(that.names));
    }

    @Override
    public int hashCode() {
        return 31 * key(root).hashCode() + key(names).hashCode();
    }

    @Override
    public String toString() {
        return root + String.join("\\", names);
    }
}
