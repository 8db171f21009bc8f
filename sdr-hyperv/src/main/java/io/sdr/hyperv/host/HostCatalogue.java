package io.sdr.hyperv.host;

import io.sdr.api.spi.CallContext;
import io.sdr.hyperv.powershell.Arguments;
import io.sdr.hyperv.powershell.ScriptAnswer;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A site's catalogue, as files on this host. Texts are the caller's; names are checked. Thread-safe. */
public final class HostCatalogue {
    private final HostScripts host;

    public HostCatalogue(HostScripts host) {
        this.host = host;
    }

    /** Creates the record of a decision unless one of this number exists, and gives the text that is there then. */
    public String decide(long number, String text, CallContext context) {
        ScriptAnswer answer = host.run(
                "catalogue-decide", host.timed(context).with("number", number).with("text", text), context);
        if (answer.number("number") != number) {
            throw answer.malformed("number", Long.toString(number));
        }
        return answer.text("text");
    }

    /** Gives the records of the context's item by their numbers. */
    public SortedMap<Long, String> decisions(CallContext context) {
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
    public void write(String name, String text, CallContext context) {
        host.run("catalogue-write", host.timed(context).with("name", name).with("text", text), context);
    }

    /** Gives the documents of the context's item by their names. */
    public Map<String, String> documents(CallContext context) {
        Map<String, String> documents = new TreeMap<>();
        for (ScriptAnswer record : read("document", context)) {
            documents.put(record.text("name"), record.text("text"));
        }
        return documents;
    }

    /** Gives the names of the items that have anything here, as {@link HostScripts#name} writes them. */
    public List<String> items(CallContext context) {
        return host.run("catalogue-items", host.catalogue(), context).texts("items");
    }

    /** Removes everything of the context's item. Missing is done. */
    public void forget(CallContext context) {
        host.run("catalogue-forget", host.timed(context), context);
    }

    private Iterable<ScriptAnswer> read(String folder, CallContext context) {
        Arguments arguments = host.inCatalogue(context).with("folder", folder);
        return host.run("catalogue-read", arguments, context).each("records");
    }
}
