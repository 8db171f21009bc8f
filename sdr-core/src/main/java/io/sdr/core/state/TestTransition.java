package io.sdr.core.state;

import io.sdr.api.TestFailoverState;

/**
 * One edge of a test failover, which stands beside the item's state.
 *
 * @param from how far it was
 * @param trigger the job and its milestone
 * @param to how far it is then
 */
public record TestTransition(TestFailoverState from, Trigger.OfJob trigger, TestFailoverState to) {}
