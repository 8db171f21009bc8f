package io.sdr.core.state;

import io.sdr.api.ProtectionState;

/**
 * One edge of the table.
 *
 * @param from the state before
 * @param trigger what happens
 * @param to the state after
 * @param effect what else it means, for people; may be empty
 */
public record Transition(ProtectionState from, Trigger trigger, ProtectionState to, String effect) {}
