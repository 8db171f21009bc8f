/** Sites on Hyper-V, alone or under Virtual Machine Manager. */
package io.sdr.hyperv;
