package io.sdr.api;

/**
 * The id that a site gives a virtual machine; unique within the site, never reused.
 *
 * @param value 1 to 128 characters of {@code [A-Za-z0-9._-]}, starting with a letter or digit: ids end in file names, tags
 *     and scripts
 */
public record VmId(String value) {
    /**
     * Checks the form.
     *
     * @throws InvalidRequestException code {@code INVALID_ID} if the value has another form
     */
    public VmId {
        Identifiers.check("VM id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
