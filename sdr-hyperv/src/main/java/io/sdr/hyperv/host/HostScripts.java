package io.sdr.hyperv.host;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.SdrException;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.PowerShellClient;
import io.sdr.hyperv.powershell.ScriptAnswer;
import io.sdr.hyperv.powershell.ScriptCatalogue;
import java.util.Locale;

/**
 * Runs the catalogue's scripts on one host on behalf of items. Immutable, thread-safe. What it throws is what
 * {@link PowerShellClient#run} throws.
 */
final class HostScripts {
    /** NTFS takes 255 UTF-16 units for a name; suffixes of files beside it need some. */
    private static final int MOST_CHARACTERS = 200;

    private final PowerShellClient client;
    private final ScriptCatalogue scripts;
    private final String catalogueFolder;

    /**
     * Makes one.
     *
     * @param client the way to the host
     * @param scripts the scripts
     * @param catalogueFolder the site's catalogue, as a path on that host; it must be there
     */
    HostScripts(PowerShellClient client, ScriptCatalogue scripts, String catalogueFolder) {
        this.client = client;
        this.scripts = scripts;
        this.catalogueFolder = catalogueFolder;
    }

    /** Begins the arguments of a script that looks into an item's part of the catalogue. */
    Arguments inCatalogue(CallContext context) {
        return Arguments.none().with("catalogue", catalogueFolder).with("item", name(context.item()));
    }

    /** Begins the arguments of a script that changes something: with what its guard looks at just before it acts. */
    Arguments guarded(CallContext context) {
        return inCatalogue(context)
                .with("epoch", context.epoch())
                .with("attempt", context.attempt())
                .with("notAfter", context.notAfter().toEpochMilli());
    }

    Arguments guarded(VmId vm, CallContext context) {
        return guarded(context).with("vm", vm.value());
    }

    ScriptAnswer run(String script, Arguments arguments, CallContext context) throws SdrException {
        return client.run(scripts.script(script), arguments, context.notAfter(), context.cancel());
    }

    /**
     * An item's id as one name of a file system that ignores case, drops trailing dots and keeps names like {@code con} for devices:
     * {@code i-}, then the id with {@code _} and two hex digits for whatever is not a small letter, a digit or {@code -}.
     */
    static String name(ItemId item) {
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
}
