/** What a provider of sites, disk formats or replication implements. */
package io.sdr.api.spi;
