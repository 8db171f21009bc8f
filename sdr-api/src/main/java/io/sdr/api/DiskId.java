package io.sdr.api;

/**
 * The id of a disk within its virtual machine; the same on both copies of a replicated item.
 *
 * @param value 1 to 128 characters of {@code [A-Za-z0-9._-]}, starting with a letter or digit: ids end in file names, tags
 *     and scripts
 */
public record DiskId(String value) {
    /**
     * Checks the form.
     *
     * @throws InvalidRequestException code {@code INVALID_ID} if the value has another form
     */
    public DiskId {
        Identifiers.check("disk id", value);
    }

    @Override
    public String toString() {
        return value;
    }
}
