/**
 * sdr's own replication: cycles, and the replica's files. One rule carries every promise: the base is written only by apply, and
 * never while anybody holds a layer over it. Going to a point builds a small layer and never touches the base.
 */
package io.sdr.core.replication;
