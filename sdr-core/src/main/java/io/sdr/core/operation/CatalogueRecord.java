package io.sdr.core.operation;

import io.sdr.api.CorruptException;
import io.sdr.api.ItemId;
import io.sdr.api.Problem;
import io.sdr.api.ProtectionState;
import io.sdr.api.Side;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.SiteCatalogue;
import io.sdr.core.job.Note;
import io.sdr.core.job.NoteRecord;
import io.sdr.core.job.Subject;
import io.sdr.core.job.Values;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What both catalogues keep of an item so that an engine without its store can take it up: who it is and how it is replicated, how it
 * stood when this was written, and the notes that wait. It is never the judge of who is active: decisions are, and what the
 * replica's own files say. A record that is older than these is still right about all that no decision changes.
 *
 * @param epoch the item's epoch when this was written
 * @param writtenAt when, by the engine's clock
 * @param item the item; without how far cycles are, which the replica knows better
 * @param notes the notes that were not delivered
 */
public record CatalogueRecord(long epoch, Instant writtenAt, ItemState item, List<Note> notes) {
    /** The document's name in a catalogue. */
    public static final String NAME = "item";

    private static final int VERSION = 1;
    private static final String FORMAT = "sdr-item";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Before its protection stands, and while that is removed, nothing is kept: what comes and goes then is the job's. */
    private static final Set<ProtectionState> NOT_KEPT =
            EnumSet.of(ProtectionState.ENABLING, ProtectionState.DISABLING, ProtectionState.DISABLED);

    /** Copies the list. */
    public CatalogueRecord {
        notes = List.copyOf(notes);
    }

    /**
     * Tells whether an item's records are kept current. A store that is behind has nothing to tell them.
     *
     * @param item the item
     * @return whether they are
     */
    public static boolean isKept(ItemState item) {
        return !NOT_KEPT.contains(item.state()) && item.storeBehind().isEmpty();
    }

    /**
     * Makes the record of an item.
     *
     * @param subject the item
     * @param notes its notes that were not delivered
     * @param now the present moment
     * @return the record
     */
    public static CatalogueRecord of(Subject subject, List<NoteRecord> notes, Instant now) {
        return new CatalogueRecord(
                subject.epoch(),
                now,
                ItemState.read(subject.document()).kept(),
                notes.stream().map(NoteRecord::note).toList());
    }

    /**
     * Tells whether another record says the same, whenever it was written.
     *
     * @param other the other
     * @return whether it does
     */
    public boolean saysTheSameAs(CatalogueRecord other) {
        return epoch == other.epoch
                && notes.equals(other.notes)
                && item.values().equals(other.item.values());
    }

    /**
     * Puts the record into a catalogue, unless that holds one that says the same.
     *
     * @param catalogue the catalogue
     * @param call the call
     */
    public void put(SiteCatalogue catalogue, CallContext call) {
        if (!isIn(catalogue, call)) {
            catalogue.putDocument(item.id(), NAME, write(), call);
        }
    }

    /** Whether a catalogue holds one that says the same; a damaged one does not. */
    boolean isIn(SiteCatalogue catalogue, CallContext call) {
        return whole(item.id(), catalogue, call).filter(this::saysTheSameAs).isPresent();
    }

    private static Optional<CatalogueRecord> whole(ItemId id, SiteCatalogue catalogue, CallContext call) {
        try {
            return catalogue.document(id, NAME, call).map(json -> read(id, json));
        } catch (CorruptException e) {
            return Optional.empty();
        }
    }

    /**
     * Tells when the record of an item in a catalogue was written.
     *
     * @param id the item
     * @param catalogue the catalogue
     * @param call the call
     * @return by the clock of the engine that wrote it; long ago if there is none, or a damaged one
     */
    public static Instant writtenAt(ItemId id, SiteCatalogue catalogue, CallContext call) {
        return whole(id, catalogue, call).map(CatalogueRecord::writtenAt).orElse(Instant.MIN);
    }

    /**
     * Writes it.
     *
     * @return JSON
     */
    public String write() {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("format", FORMAT);
        root.put("version", VERSION);
        root.put("epoch", epoch);
        root.put("writtenAt", writtenAt.toString());
        root.set("item", object(item.values()));
        var array = root.putArray("notes");
        for (Note note : notes) {
            ObjectNode each = array.addObject();
            each.put("site", note.site());
            each.put("epoch", note.epoch());
            each.set("what", object(note.what()));
        }
        return MAPPER.writeValueAsString(root);
    }

    private static ObjectNode object(Values values) {
        ObjectNode node = MAPPER.createObjectNode();
        values.asMap().forEach(node::put);
        return node;
    }

    /**
     * Reads it, and looks at everything that is in it.
     *
     * @param id whose record it must be
     * @param json the document
     * @return the record
     * @throws CorruptException code {@code RECORD_DAMAGED}, or {@code RECORD_NEWER} if a newer version wrote it
     */
    public static CatalogueRecord read(ItemId id, String json) {
        try {
            JsonNode root = MAPPER.readTree(json);
            require(root.path("format").asString("").equals(FORMAT), "it is no record of an item");
            long version = number(root, "version");
            if (version > VERSION) {
                throw new CorruptException(Problem.of("RECORD_NEWER")
                        .attempted("read the record of item " + id)
                        .state("it has version " + version + ", this engine knows up to " + VERSION)
                        .remedy("adopt the item with a newer engine"));
            }
            ItemState item = ItemState.of(values(root, "item"));
            require(item.id().equals(id), "it is about item " + item.id());
            item.requireReadable();
            List<Note> notes = new java.util.ArrayList<>();
            for (JsonNode each : root.path("notes")) {
                notes.add(new Note(text(each, "site"), number(each, "epoch"), values(each, "what")));
            }
            return new CatalogueRecord(number(root, "epoch"), Instant.parse(text(root, "writtenAt")), item, notes);
        } catch (CorruptException e) {
            throw e.code().startsWith("RECORD_") ? e : damaged(id, e);
        } catch (JacksonException | IllegalArgumentException | java.time.DateTimeException e) {
            throw damaged(id, e);
        } catch (io.sdr.api.InvalidRequestException e) {
            throw damaged(id, e); // an id or a number that cannot be
        }
    }

    private static CorruptException damaged(ItemId id, Exception cause) {
        return new CorruptException(
                Problem.of("RECORD_DAMAGED")
                        .attempted("read the record of item " + id)
                        .state("it says what cannot be: " + cause.getMessage())
                        .remedy("adopt the item from the other site"),
                cause);
    }

    private static Values values(JsonNode from, String name) {
        JsonNode node = from.path(name);
        require(node.isObject(), "'" + name + "' is missing");
        Map<String, String> texts = new TreeMap<>();
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            require(each.getValue().isString(), "'" + each.getKey() + "' is no text");
            texts.put(each.getKey(), each.getValue().asString());
        }
        return Values.of(texts);
    }

    private static String text(JsonNode from, String name) {
        require(from.path(name).isString(), "'" + name + "' is missing");
        return from.path(name).asString();
    }

    private static long number(JsonNode from, String name) {
        require(from.path(name).isIntegralNumber(), "'" + name + "' is missing");
        return from.path(name).asLong();
    }

    private static void require(boolean good, String what) {
        if (!good) {
            throw new IllegalArgumentException(what);
        }
    }

    /**
     * Tells which side of the item a site is.
     *
     * @param site the site
     * @return the side; the active one where both are at the same site; empty for a stranger
     */
    public Optional<Side> sideAt(io.sdr.api.SiteId site) {
        if (item.place(item.active()).site().equals(site)) {
            return Optional.of(item.active());
        }
        Side other = item.active().other();
        return item.place(other).site().equals(site) ? Optional.of(other) : Optional.empty();
    }
}
