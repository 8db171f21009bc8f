package io.sdr.hyperv.host;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.access.HostPath;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.PowerShellClient;
import io.sdr.hyperv.powershell.ScriptAnswer;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs the catalogue's scripts on one host on behalf of items. Immutable, thread-safe. What it throws is what
 * {@link PowerShellClient#run} throws.
 */
public final class HostScripts {
    /** NTFS takes 255 UTF-16 units for a name; suffixes of files beside it need some. */
    private static final int MOST_CHARACTERS = 200;

    private static final Instant FAR = Instant.parse("2200-01-01T00:00:00Z");

    private final PowerShellClient client;
    private final ScriptCatalogue scripts;
    private final HostPath catalogueFolder;

    /**
     * Makes one.
     *
     * @param client the way to the host
     * @param scripts the scripts
     * @param catalogueFolder the site's catalogue, as a path on that host; it must be there
     */
    public HostScripts(PowerShellClient client, ScriptCatalogue scripts, HostPath catalogueFolder) {
        this.client = client;
        this.scripts = scripts;
        this.catalogueFolder = catalogueFolder;
    }

    HostPath catalogueFolder() {
        return catalogueFolder;
    }

    /** Begins the arguments of a script that looks at the catalogue as a whole. */
    Arguments catalogue() {
        return Arguments.none().with("catalogue", catalogueFolder.toString());
    }

    /** Begins the arguments of a script that looks into an item's part of the catalogue. */
    Arguments inCatalogue(CallContext context) {
        return catalogue().with("item", name(context.item()));
    }

    /** Begins the arguments of a script that changes something: with what its guard looks at just before it acts. */
    Arguments guarded(CallContext context) {
        return inCatalogue(context)
                .with("epoch", context.epoch())
                .with("attempt", context.attempt())
                .with("notAfter", bounded(context.notAfter()).toEpochMilli());
    }

    /**
     * Begins the arguments of a script that changes the catalogue itself: only its time is looked at. What was decided is told by the
     * records that are there, whatever epoch whoever asks believes in.
     */
    Arguments timed(CallContext context) {
        return guarded(context.withEpoch(Long.MAX_VALUE));
    }

    Arguments guarded(VmId vm, CallContext context) {
        return guarded(context).with("vm", vm.value());
    }

    ScriptAnswer run(String script, Arguments arguments, CallContext context) throws SdrException {
        return client.run(scripts.script(script), arguments, bounded(context.notAfter()), context.cancel());
    }

    /** Whoever says "at any time" gives a moment that has no number of milliseconds. */
    private static Instant bounded(Instant notAfter) {
        return notAfter.isAfter(FAR) ? FAR : notAfter;
    }

    /**
     * An item's id as one name of a file system that ignores case, drops trailing dots and keeps names like {@code con} for devices:
     * {@code i-}, then the id with {@code _} and two hex digits for whatever is not a small letter, a digit or {@code -}.
     */
    public static String name(ItemId item) {
        StringBuilder name = new StringBuilder("i-");
        for (char c : item.value().toCharArray()) {
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
            name.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "_%02x", (int) c));
        }
        if (name.length() > MOST_CHARACTERS) {
            throw new InvalidRequestException(Problem.of("ITEM_ID_TOO_LONG")
                    .attempted("name the folder of item " + item)
                    .state("its name would have " + name.length() + " characters; nothing was changed")
                    .remedy("use an id of small letters, digits and '-' with at most " + (MOST_CHARACTERS - 2)
                            + " characters"));
        }
        return name.toString();
    }

    /** The item that {@link #name} gave a name; empty if it gave it to none. */
    public static Optional<ItemId> item(String name) {
        if (!name.matches("i-(?:[a-z0-9-]|_[0-9a-f]{2})+")) {
            return Optional.empty();
        }
        StringBuilder id = new StringBuilder();
        for (int i = 2; i < name.length(); i++) {
            if (name.charAt(i) == '_') {
                id.append((char) Integer.parseInt(name.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                id.append(name.charAt(i));
            }
        }
        try {
            return Optional.of(new ItemId(id.toString()));
        } catch (InvalidRequestException none) {
            return Optional.empty();
        }
    }
}
