package io.sdr.benchmarks.drill;

/** Some bytes of a disk. */
record Range(long offset, long length) {
    long end() {
        return offset + length;
    }
}
