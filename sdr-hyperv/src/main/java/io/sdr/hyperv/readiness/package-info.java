/**
 * What would stop protection or failover on real hosts: rules, each a small pure look at facts, and what reads the facts. A fact that
 * could not be read is no fault by itself: the rules that need it keep silent, and one rule names what is not known.
 */
package io.sdr.hyperv.readiness;
