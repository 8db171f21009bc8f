/**
 * The facets of a site on Hyper-V hosts: what {@code HyperVSite} and the site over VMM are put together from. A facet observes and
 * acts; it knows no states and never decides.
 */
@org.jspecify.annotations.NullMarked
package io.sdr.hyperv.provider;
