/** Tests of runbooks as JUnit tests: two sites, a virtual clock, faults and an engine by one annotation. */
@NullMarked
package io.sdr.testkit.junit;

import org.jspecify.annotations.NullMarked;
