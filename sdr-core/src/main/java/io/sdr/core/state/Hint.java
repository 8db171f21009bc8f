package io.sdr.core.state;

import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;

/**
 * What is said where an operation that people would expect in a state is not allowed there.
 *
 * @param state the state
 * @param operation the operation
 * @param code the denial's code
 * @param reason the reason, for people
 * @param remedy what to do, for people
 */
public record Hint(ProtectionState state, Operation operation, String code, String reason, String remedy) {}
