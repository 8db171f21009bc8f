/**
 * What VMM adds to a site on Hyper-V hosts: where VMs are, in which clouds, and on which networks. Replication, power and disks are the
 * hosts' business: each facet here hands its calls to the hosts' facet, and does only VMM's part itself.
 */
@org.jspecify.annotations.NullMarked
package io.sdr.hyperv.manager;
