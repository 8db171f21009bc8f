/**
 * The operations of site disaster recovery as lists of steps: one class per operation, which reads like its description. The
 * steps are grouped by what they touch. Operations know no hypervisor: they call providers and drivers.
 */
package io.sdr.core.operation;
