/**
 * Hyper-V Replica as a replication driver: it carries the data by its own clock, and this library drives its verbs. Which verb runs
 * where and when is told in the module's {@code docs/hyper-v-replica.md}.
 */
@NullMarked
package io.sdr.hyperv.replication;

import org.jspecify.annotations.NullMarked;
