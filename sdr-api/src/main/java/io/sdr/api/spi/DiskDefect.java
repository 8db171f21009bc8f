package io.sdr.api.spi;

/**
 * One place where a disk file breaks a rule of its format.
 *
 * @param rule the rule's stable name, in {@code UPPER_SNAKE_CASE}
 * @param offset where in the file, in bytes
 * @param found what is there
 * @param expected what a sound file has there
 */
public record DiskDefect(String rule, long offset, String found, String expected) {}
