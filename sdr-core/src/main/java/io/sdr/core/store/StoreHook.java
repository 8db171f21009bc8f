package io.sdr.core.store;

/** Hears of the moments at which the store's files change. For tests that cut the power there. */
interface StoreHook {
    /** Hears nothing. */
    StoreHook NONE = new StoreHook() {};

    /** All is written; the commit begins. */
    default void beforeCommit() {}

    /** The commit is forced; nobody knows yet. */
    default void afterCommit() {}

    /** The log is about to be moved into the database. */
    default void beforeCheckpoint() {}

    /** The log is moved and empty. */
    default void afterCheckpoint() {}
}
