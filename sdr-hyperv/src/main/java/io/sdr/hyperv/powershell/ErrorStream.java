package io.sdr.hyperv.powershell;

import io.sdr.hyperv.text.OneLine;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What PowerShell wrote to standard error, for people only: plain text, or CLIXML ([MS-PSRP] section 2.2.5), of which the error
 * texts are picked out without an XML parser. Nothing is ever decided by it.
 */
final class ErrorStream {
    private static final String CLIXML = "#< CLIXML";
    private static final Pattern TEXT = Pattern.compile("<S S=\"Error\">([^<]*)</S>");
    private static final Pattern ESCAPE = Pattern.compile("_x([0-9A-Fa-f]{4})_");
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    private ErrorStream() {}

    static String describe(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!text.contains(CLIXML)) {
            return OneLine.of(text);
        }
        StringBuilder errors = new StringBuilder();
        Matcher matcher = TEXT.matcher(text);
        while (matcher.find()) {
            errors.append(unescape(matcher.group(1))).append(' ');
        }
        return OneLine.of(errors.toString());
    }

    private static String unescape(String text) {
        String plain = ESCAPE.matcher(text)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
        return COLOUR.matcher(plain)
                .replaceAll("")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }
}
