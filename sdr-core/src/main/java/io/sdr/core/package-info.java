/** The engine. Users reach it through {@code io.sdr.api} only. */
package io.sdr.core;
