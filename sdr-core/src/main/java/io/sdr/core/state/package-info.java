/**
 * What an item's states are, what is allowed in each, and where each operation and event leads: one table, as data, checked when
 * it loads. Knows no site, no job engine and no step.
 */
package io.sdr.core.state;
