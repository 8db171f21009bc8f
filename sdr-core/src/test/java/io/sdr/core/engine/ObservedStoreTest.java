package io.sdr.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sdr.core.job.JobStore;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** Who waits for a change of the store must look again also when it can no longer be read. */
class ObservedStoreTest {
    private final ObservedStore store = new ObservedStore(broken());

    @Test
    void aTransactionThatFailedMayHaveChangedSomething() {
        long before = store.changes();
        assertThatThrownBy(() -> store.write(transaction -> "never")).hasMessage("write");
        assertThat(store.changes()).isGreaterThan(before);
    }

    @Test
    void soDoesTheEnd() {
        long before = store.changes();
        store.close();
        assertThat(store.changes()).isGreaterThan(before);
    }

    private static JobStore broken() {
        return (JobStore) Proxy.newProxyInstance(
                ObservedStoreTest.class.getClassLoader(),
                new Class<?>[] {JobStore.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    throw new IllegalStateException(method.getName());
                });
    }
}
