package io.sdr.core.fault;

import io.sdr.api.spi.ReplicationDriver;
import io.sdr.api.spi.ReplicationDriverFactory;
import io.sdr.api.spi.SiteProvider;
import io.sdr.core.engine.TestEngines;
import io.sdr.core.job.JobDefinition;
import io.sdr.core.replication.SdrReplicationDriverFactory;
import java.util.function.UnaryOperator;

/**
 * What goes over the parts of a world, so that mutants can replace them.
 *
 * @param sites goes over the sites
 * @param driver goes over the replication driver
 * @param operations goes over the definitions of operations
 * @param jobs makes what runs jobs
 */
record Parts(
        UnaryOperator<SiteProvider> sites,
        UnaryOperator<ReplicationDriver> driver,
        UnaryOperator<JobDefinition> operations,
        TestEngines.JobEngineMaker jobs) {
    /** All parts as users get them. */
    static final Parts REAL = new Parts(
            UnaryOperator.identity(),
            UnaryOperator.identity(),
            UnaryOperator.identity(),
            TestEngines.JobEngineMaker.REAL);

    Parts withSites(UnaryOperator<SiteProvider> value) {
        return new Parts(value, driver, operations, jobs);
    }

    Parts withDriver(UnaryOperator<ReplicationDriver> value) {
        return new Parts(sites, value, operations, jobs);
    }

    Parts withOperations(UnaryOperator<JobDefinition> value) {
        return new Parts(sites, driver, value, jobs);
    }

    Parts withJobs(TestEngines.JobEngineMaker value) {
        return new Parts(sites, driver, operations, value);
    }

    ReplicationDriverFactory driverFactory() {
        ReplicationDriverFactory real = new SdrReplicationDriverFactory();
        return new ReplicationDriverFactory() {
            @Override
            public String name() {
                return real.name();
            }

            @Override
            public boolean supports(SiteProvider one, SiteProvider other) {
                return real.supports(one, other);
            }

            @Override
            public ReplicationDriver connect(SiteProvider one, SiteProvider other) {
                return driver.apply(real.connect(one, other));
            }
        };
    }
}
