package io.sdr.hyperv.host;

import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A site's catalogue, as files on this host. Texts are the caller's; names are checked. Thread-safe. */
final class HostCatalogue {
    private final HostScripts host;

    HostCatalogue(HostScripts host) {
        this.host = host;
    }

    /** Creates the record of a decision unless one of this number exists, and gives the text that is there then. */
    String decide(long number, String text, CallContext context) {
        ScriptAnswer answer = host.run(
                "catalogue-decide", host.guarded(context).with("number", number).with("text", text), context);
        if (answer.number("number") != number) {
            throw answer.malformed("number", Long.toString(number));
        }
        return answer.text("text");
    }

    /** Gives the records of the context's item by their numbers. */
    SortedMap<Long, String> decisions(CallContext context) {
        SortedMap<Long, String> decisions = new TreeMap<>();
        for (ScriptAnswer record : read("epoch", context)) {
            String name = record.text("name");
            if (!name.matches("\\d{1,18}")) {
                throw record.malformed("name", "a decision's number");
            }
            decisions.put(Long.parseLong(name), record.text("text"));
        }
        return decisions;
    }

    /** Writes or replaces a document, whole. */
    void write(String name, String text, CallContext context) {
        host.run("catalogue-write", host.guarded(context).with("name", name).with("text", text), context);
    }

    /** Gives the documents of the context's item by their names. */
    Map<String, String> documents(CallContext context) {
        Map<String, String> documents = new TreeMap<>();
        for (ScriptAnswer record : read("document", context)) {
            documents.put(record.text("name"), record.text("text"));
        }
        return documents;
    }

    /** Removes everything of the context's item. Missing is done. */
    void forget(CallContext context) {
        host.run("catalogue-forget", host.guarded(context), context);
    }

    private Iterable<ScriptAnswer> read(String folder, CallContext context) {
        Arguments arguments = host.inCatalogue(context).with("folder", folder);
        return host.run("catalogue-read", arguments, context).each("records");
    }
}
