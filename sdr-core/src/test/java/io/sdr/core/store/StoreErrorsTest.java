package io.sdr.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.sdr.api.CorruptException;
import io.sdr.api.SdrException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What SQLite says of a file that is not what was written is told as damage, not as something that passes. */
class StoreErrorsTest {
    @ParameterizedTest
    @EnumSource(
            value = SQLiteErrorCode.class,
            names = {"SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_TOOBIG"})
    void damage(SQLiteErrorCode said) {
        SdrException told = StoreErrors.of(Path.of("sdr.db"), "open", new SQLiteException("said so", said));
        assertThat(told).isInstanceOf(CorruptException.class);
        assertThat(told.code()).isEqualTo("STORE_CORRUPT");
        assertThat(told.problem().remedy()).contains("adopt the items", "Do not put an older copy");
    }
}
