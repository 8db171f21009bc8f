package io.sdr.core.agent;

import io.sdr.api.spi.CancelFlag;
import io.sdr.api.spi.StorageFolder;
import io.sdr.core.sync.wire.LinkOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Function;

/** What all connections of an agent share. */
record AgentContext(
        AgentConfiguration configuration,
        DiskRegister disks,
        FrozenDisks frozen,
        Exclusive exclusive,
        Clock clock,
        Function<Path, StorageFolder> storage,
        SecureRandom random,
        CancelFlag stopping,
        LinkOptions links) {}
