package io.sdr.api;

/**
 * The id of a network at its site.
 *
 * @param value 1 to 128 characters of {@code [A-Za-z0-9._-]}, starting with a letter or digit
 */
public record NetworkId(String value) {
    /**
     * Checks the form.
     *
     * @throws InvalidRequestException code {@code INVALID_ID} if the value has another form
     */
    public NetworkId {
        Identifiers.check("network id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
