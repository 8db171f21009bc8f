package io.sdr.core.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Statements on one connection. */
final class Sql implements AutoCloseable {
    private final Connection connection;

    /** Makes a value of a row. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    Sql(Connection connection) {
        this.connection = connection;
    }

    void execute(String text) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    int update(String text, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(text, values)) {
            return statement.executeUpdate();
        }
    }

    <T> List<T> list(String text, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        return list(text, reader, each -> true, Integer.MAX_VALUE, values);
    }

    /** Stops reading when it has as many as are wanted. */
    <T> List<T> list(String text, RowReader<T> reader, Predicate<T> wanted, int limit, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = prepare(text, values);
                ResultSet rows = statement.executeQuery()) {
            List<T> list = new ArrayList<>();
            while (list.size() < limit && rows.next()) {
                T each = reader.read(rows);
                if (wanted.test(each)) {
                    list.add(each);
                }
            }
            return list;
        }
    }

    <T> Optional<T> first(String text, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(text, values);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(reader.read(rows)) : Optional.empty();
        }
    }

    long number(String text) throws SQLException {
        return first(text, row -> row.getLong(1)).orElse(0L);
    }

    String text(String query) throws SQLException {
        return first(query, row -> String.valueOf(row.getString(1))).orElse("");
    }

    private PreparedStatement prepare(String text, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(text);
        try {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
