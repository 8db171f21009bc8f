import org.jspecify.annotations.NullMarked;

/** What users and providers of sdr compile against. */
@NullMarked
module io.sdr.api {
    requires static org.jspecify;

    exports io.sdr.api;
    exports io.sdr.api.spi;

    uses io.sdr.api.EngineProvider;
}
