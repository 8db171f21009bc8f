package io.sdr.hyperv.simulation;

import tools.jackson.databind.node.ObjectNode;

/** Does on a simulated host what one script of the catalogue does on a real one. */
@FunctionalInterface
public interface Handler {
    /**
     * Acts and answers.
     *
     * @param asked the arguments
     * @param host the host that the script runs on
     * @return the fields of the answer
     * @throws HostError as the script would throw it
     */
    ObjectNode answer(Asked asked, SimulatedHost host);
}
