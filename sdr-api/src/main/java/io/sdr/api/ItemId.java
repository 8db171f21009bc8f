package io.sdr.api;

/**
 * The id of a replicated item: sdr's own, never that of a VM, because a VM may be re-created.
 *
 * @param value 1 to 128 characters of {@code [A-Za-z0-9._-]}, starting with a letter or digit: ids end in file names, tags
 *     and scripts
 */
public record ItemId(String value) implements ItemRef {
    /**
     * Checks the form.
     *
     * @throws InvalidRequestException code {@code INVALID_ID} if the value has another form
     */
    public ItemId {
        Identifiers.check("item id", value);
    }

    @Override
    public ItemId itemId() {
        return this;
    }

    @Override
    public String toString() {
        return value;
    }
}
