package io.sdr.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedDocumentTest {
    @TempDir
    Path root;

    @Test
    void aPageThatWasNeverWrittenFailsAndTellsHowToWriteIt() {
        assertThatThrownBy(() -> page().verify("text", false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("-Dtest=GeneratedDocumentTest -Dsdr.docs.write=true");
    }

    @Test
    void aPageAsTheCodeGivesItPasses() throws IOException {
        page().verify("text", true);
        page().verify("text", false);
        assertThat(Files.readString(root.resolve("docs/page.md")))
                .startsWith("<!-- Generated")
                .contains("-Dsdr.docs.write=true")
                .endsWith("text\n");
    }

    @Test
    void anotherPageFailsAndTellsHowToWriteIt() {
        page().verify("text", true);
        assertThatThrownBy(() -> page().verify("another text", false))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("docs/page.md is not what the code gives")
                .hasMessageContaining("-Dsdr.docs.write=true");
    }

    private GeneratedDocument page() {
        return GeneratedDocument.below(root, "docs/page.md", GeneratedDocumentTest.class);
    }
}
