package io.sdr.core.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The tables. Each row vouches for itself: its column {@code crc} is the CRC-32C of all its others. The database looks after its
 * own structure only; a document in which a letter was turned into another one is well-formed to it.
 */
final class Table {
    static final Table INCARNATION = new Table("incarnation", "", "number");
    static final Table SUBJECT = new Table("subject", "id", "id, version, epoch, document");
    static final Table JOB = new Table(
            "job",
            "id",
            "number, id, kind, spec_version, subject, spec, origin, origin_epoch, status, holds, decided, actor,"
                    + " cancel_requested, failure, prompt, owner, lease_epoch, lease_until, started, ended, supersedes,"
                    + " superseded_by");
    static final Table STEP = new Table(
            "step",
            "job, number",
            "job, number, name, kind, phase, attempt, acted, intent, outcome, warnings, detail, not_after,"
                    + " in_doubt_until, started, ended, bytes_done, bytes_total");
    static final Table SAID = new Table("said", "number", "number, job, kind, actor, reason, at");
    static final Table INHERITED = new Table("inherited", "job, from_job, step", "job, from_job, step, until, known");
    static final Table NOTE = new Table("note", "sequence", "sequence, subject, site, epoch, what, queued, delivered");
    static final Table EVENT = new Table("event", "sequence", "sequence, at, subject, job, kind, text");
    static final Table LISTENER = new Table("listener", "name", "name, sequence");

    static final List<Table> ALL = List.of(INCARNATION, SUBJECT, JOB, STEP, SAID, INHERITED, NOTE, EVENT, LISTENER);

    private static final byte NOTHING = 0;
    private static final byte NUMBER = 1;
    private static final byte TEXT = 2;

    private final String sqlName;
    private final List<String> key;
    private final List<String> columns;
    private final String columnList;

    private Table(String sqlName, String key, String columns) {
        this.sqlName = sqlName;
        this.key = List.of(key.split(", ", -1));
        this.columns = List.of(columns.split(", ", -1));
        this.columnList = columns;
    }

    /** Its name in the database. */
    String sqlName() {
        return sqlName;
    }

    /** The columns that the checksum covers, in its order. */
    List<String> columns() {
        return columns;
    }

    String select(String rest) {
        return "SELECT " + columnList + ", crc FROM " + sqlName() + " " + rest;
    }

    /** The rest of a statement that inserts a sealed row. */
    String into() {
        return " INTO " + sqlName() + " (" + columnList + ", crc) VALUES (" + places() + ")";
    }

    /** A statement that gives a row other, sealed values. */
    String update(String condition) {
        return "UPDATE " + sqlName() + " SET (" + columnList + ", crc) = (" + places() + ") WHERE " + condition;
    }

    private String places() {
        return String.join(", ", Collections.nCopies(columns.size() + 1, "?"));
    }

    /** Adds the checksum to the values of a row. */
    @Nullable
    Object[] sealed(@Nullable Object... values) {
        @Nullable Object[] all = Arrays.copyOf(values, values.length + 1);
        all[values.length] = crc(values);
        return all;
    }

    /** The checksum of values as they are stored: numbers, texts, nothing. */
    private long crc(@Nullable Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(values.length + " values for table " + sqlName());
        }
        CRC32C crc = new CRC32C();
        crc.update(sqlName().getBytes(StandardCharsets.US_ASCII));
        ByteBuffer head = ByteBuffer.allocate(1 + Long.BYTES);
        for (Object each : values) {
            head.clear();
            if (each == null) {
                crc.update(head.put(NOTHING).flip());
            } else if (each instanceof String text) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                crc.update(head.put(TEXT).putLong(bytes.length).flip());
                crc.update(bytes);
            } else if (isNumber(each)) {
                crc.update(head.put(NUMBER).putLong(((Number) each).longValue()).flip());
            } else {
                throw new IllegalArgumentException(each.getClass() + " in table " + sqlName());
            }
        }
        return crc.getValue();
    }

    /** Says what is wrong with a row that {@link #select} found; empty if it is as it was written. */
    Optional<String> damage(ResultSet row) throws SQLException {
        int count = columns.size();
        @Nullable Object[] values = new @Nullable Object[count];
        boolean known = true;
        for (int i = 0; i < count; i++) {
            values[i] = row.getObject(i + 1);
            known &= values[i] == null || values[i] instanceof String || isNumber(values[i]);
        }
        Object stored = row.getObject(count + 1);
        if (known && isNumber(stored) && ((Number) stored).longValue() == crc(values)) {
            return Optional.empty();
        }
        return Optional.of("row " + rowName(values) + "of table " + sqlName()
                + " does not fit its checksum: it is damaged, or something else than sdr changed it");
    }

    private static boolean isNumber(@Nullable Object value) {
        return value instanceof Long || value instanceof Integer;
    }

    private String rowName(@Nullable Object[] values) {
        List<String> named = new ArrayList<>();
        for (String column : key) {
            int at = columns.indexOf(column);
            if (at >= 0) {
                named.add(column + " = " + values[at]);
            }
        }
        return named.isEmpty() ? "" : "(" + String.join(", ", named) + ") ";
    }
}
