package io.sdr.core.engine;

import io.sdr.api.SiteId;
import io.sdr.api.SiteRecovery;
import io.sdr.api.Timekeeper;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.SiteProvider;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.job.JobEngine;
import io.sdr.core.job.JobStore;
import io.sdr.core.job.Limits;
import io.sdr.core.operation.Operations;
import io.sdr.core.operation.Surroundings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Puts an engine together over a store and a driver that a test brings. */
public final class TestEngines {
    /** Makes what runs the jobs. */
    @FunctionalInterface
    public interface JobEngineMaker {
        /** The one that users get. */
        JobEngineMaker REAL =
                (store, operations, time, ids) -> new JobEngine(store, operations, time, ids, Limits.DEFAULT);

        /**
         * Makes it.
         *
         * @param store the store
         * @param operations the definitions of the operations
         * @param time the clock
         * @param ids gives a new id each time
         * @return the engine of jobs, not started
         */
        JobEngine make(JobStore store, List<JobDefinition> operations, Timekeeper time, Supplier<String> ids);
    }

    private TestEngines() {}

    /**
     * Opens an engine, which goes on with what the store holds.
     *
     * @param sites the sites
     * @param driver makes the replication driver
     * @param operations goes over the definitions of the operations; may put others in their place
     * @param store the store; closed with the engine
     * @param time the clock
     * @param ids gives a new id each time
     * @param observer hears what is committed
     * @return the engine
     */
    public static SiteRecovery open(
            List<SiteProvider> sites,
            ReplicationDriverFactory driver,
            UnaryOperator<JobDefinition> operations,
            JobStore store,
            Timekeeper time,
            Supplier<String> ids,
            StoreObserver observer) {
        return open(sites, driver, operations, JobEngineMaker.REAL, store, time, ids, observer);
    }

    /**
     * Opens an engine with another engine of jobs.
     *
     * @param sites the sites
     * @param driver makes the replication driver
     * @param operations goes over the definitions of the operations; may put others in their place
     * @param jobs makes what runs the jobs
     * @param store the store; closed with the engine
     * @param time the clock
     * @param ids gives a new id each time
     * @param observer hears what is committed
     * @return the engine
     */
    public static SiteRecovery open(
            List<SiteProvider> sites,
            ReplicationDriverFactory driver,
            UnaryOperator<JobDefinition> operations,
            JobEngineMaker jobs,
            JobStore store,
            Timekeeper time,
            Supplier<String> ids,
            StoreObserver observer) {
        Map<SiteId, SiteProvider> byId = new LinkedHashMap<>();
        sites.forEach(site -> byId.put(site.id(), site));
        ObservedStore observed = new ObservedStore(store);
        observed.add(observer);
        Surroundings world = new Surroundings(byId, Map.of(driver.name(), driver));
        List<JobDefinition> defined =
                Operations.define(world).stream().map(operations).toList();
        Engine engine =
                new Engine(world, jobs.make(observed, defined, time, ids), observed, time, ids, "tester", () -> {});
        engine.start();
        return engine;
    }
}
