/**
 * Tests that every provider runs: abstract classes that see nothing but API and SPI. Extend one, say how to make its world, and
 * run it with JUnit.
 */
package io.sdr.testkit.contract;
