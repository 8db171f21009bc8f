package io.sdr.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The build runs the tests tagged {@code smoke} twice: on the class path and on the module path. */
@Tag("smoke")
class ModulePathTest {
    @Test
    void runsWhereTheBuildSaysItRuns() {
        assertThat(ModulePathTest.class.getModule().isNamed()).isEqualTo(Boolean.getBoolean("sdr.test.modulePath"));
    }

    @Test
    void theEmbeddedDatabaseIsFoundByItsUrl() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("SQLite");
        }
    }
}
