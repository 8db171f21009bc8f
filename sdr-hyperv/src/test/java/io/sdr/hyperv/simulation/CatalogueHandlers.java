package io.sdr.hyperv.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** catalogue-decide, -forget, -items, -read, -write. */
final class CatalogueHandlers {
    private CatalogueHandlers() {}

    static void register(Map<String, Handler> handlers) {
        handlers.put("catalogue-decide", CatalogueHandlers::decide);
        handlers.put("catalogue-forget", CatalogueHandlers::forget);
        handlers.put("catalogue-items", CatalogueHandlers::items);
        handlers.put("catalogue-read", CatalogueHandlers::read);
        handlers.put("catalogue-write", CatalogueHandlers::write);
    }

    private static ObjectNode decide(Asked asked, SimulatedHost host) {
        String number = Long.toString(asked.number("number"));
        String text = asked.text("text");
        Prologue.mayAct(asked, host);
        if (Prologue.records(asked, host, "epoch", number).isEmpty()) {
            Prologue.publish(asked, host, "epoch", number, text);
        }
        return Json.object()
                .put("number", asked.number("number"))
                .put(
                        "text",
                        Prologue.read(
                                Prologue.records(asked, host, "epoch", number).get(0)));
    }

    private static ObjectNode forget(Asked asked, SimulatedHost host) {
        Prologue.mayAct(asked, host);
        for (Path item : Prologue.folders(Prologue.catalogue(asked, host), asked.text("item"))) {
            try (Stream<Path> all = Files.walk(item)) {
                all.sorted(Comparator.reverseOrder()).forEach(Prologue::delete);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Json.object().put("item", asked.text("item")).put("forgotten", true);
    }

    private static ObjectNode items(Asked asked, SimulatedHost host) {
        List<String> names = Prologue.folders(Prologue.catalogue(asked, host), "i-*").stream()
                .map(item -> String.valueOf(item.getFileName()))
                .toList();
        ObjectNode answer = Json.object();
        answer.set("items", Json.texts(names));
        return answer;
    }

    private static ObjectNode read(Asked asked, SimulatedHost host) {
        List<Path> records = Prologue.records(asked, host, asked.text("folder"), "*").stream()
                .filter(each -> !String.valueOf(each.getFileName()).endsWith(".part"))
                .toList();
        ObjectNode answer = Json.object();
        answer.set(
                "records",
                Json.each(
                        records,
                        each -> Json.object()
                                .put("name", String.valueOf(each.getFileName()))
                                .put("text", Prologue.read(each))));
        return answer;
    }

    private static ObjectNode write(Asked asked, SimulatedHost host) {
        String name = asked.text("name");
        String text = asked.text("text");
        List<Path> there = Prologue.records(asked, host, "document", name);
        Prologue.mayAct(asked, host);
        if (there.isEmpty()) {
            Prologue.publish(asked, host, "document", name, text);
        } else if (!Prologue.read(there.get(0)).equals(text)) {
            try {
                Path part = there.get(0).resolveSibling(host.world().newId() + ".part");
                Files.writeString(part, text);
                Files.move(part, there.get(0), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Json.object().put("name", name).put("written", true);
    }
}
