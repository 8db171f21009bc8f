/** The engine's memory on JDBC: one SQLite file, forced at every commit, locked for one engine at a time. */
package io.sdr.core.store;
