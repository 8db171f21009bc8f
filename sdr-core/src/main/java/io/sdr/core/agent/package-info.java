/**
 * The process beside the disks. {@link io.sdr.core.agent.SyncAgent} serves syncs to those whose certificates its {@link
 * io.sdr.core.agent.AgentConfiguration} lists; {@link io.sdr.core.agent.AgentClient} is the other end. Data goes from agent to agent:
 * whoever asks for a sync sees none of it.
 */
package io.sdr.core.agent;
