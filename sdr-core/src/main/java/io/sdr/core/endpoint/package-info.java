/**
 * Evolving, for providers: how a site's disks are reached that only an agent can reach. A provider whose {@code replicaFolder} and
 * {@code frozen} come from an {@link io.sdr.core.endpoint.AgentEndpoint} need do nothing else: the driver then runs beside those disks,
 * and data goes from agent to agent.
 */
package io.sdr.core.endpoint;
