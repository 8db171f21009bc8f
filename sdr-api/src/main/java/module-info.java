import org.jspecify.annotations.NullMarked;

/** What users and providers of sdr compile against. */
@NullMarked
module io.sdr.api {
    requires static transitive org.jspecify;
}
