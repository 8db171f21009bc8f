/**
 * Durable execution of steps: a death at any moment changes nothing but time. Knows nothing of disaster recovery; operations are
 * data for it.
 */
package io.sdr.core.job;
