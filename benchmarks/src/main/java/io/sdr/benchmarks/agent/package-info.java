/** The commands of agents: the agent itself, and certificates to try it out with. */
package io.sdr.benchmarks.agent;
