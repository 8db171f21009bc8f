package io.sdr.api;

/** A listener's place in the stream of events. */
public interface Subscription extends AutoCloseable {
    /** Stops hearing. The cursor stays: subscribing again under the same name goes on behind the last event taken. */
    @Override
    void close();
}
