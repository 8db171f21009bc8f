/** Remote text made fit for messages. */
package io.sdr.hyperv.text;
