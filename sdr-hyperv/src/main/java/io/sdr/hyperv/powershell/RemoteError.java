package io.sdr.hyperv.powershell;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * An error as PowerShell told it. What it means is found by identifier, category and number, never by its text, which is in the
 * host's language.
 *
 * @param id the fully qualified error id
 * @param category the error category's name
 * @param type the exception's class
 * @param hresult the HRESULT, as a signed 32-bit number
 * @param number a native, WMI or VMM code
 * @param sdrCode the code that a script of this module gave
 * @param message the text, for people
 */
record RemoteError(
        String id,
        String category,
        String type,
        long hresult,
        OptionalLong number,
        Optional<String> sdrCode,
        String message) {}
