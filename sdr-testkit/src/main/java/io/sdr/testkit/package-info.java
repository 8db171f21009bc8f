/** Sites in memory, scripted faults and a virtual clock, to test runbooks and providers without a hypervisor. */
package io.sdr.testkit;
