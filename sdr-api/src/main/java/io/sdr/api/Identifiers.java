package io.sdr.api;

/** The one rule for the form of ids. */
final class Identifiers {
    static final int MAX_LENGTH = 128;

    private Identifiers() {}

    static void check(String what, String value) {
        if (!isWellFormed(value)) {
            throw new InvalidRequestException(Problem.of("INVALID_ID")
                    .attempted("use '" + abbreviate(value) + "' as " + what)
                    .state("nothing was changed")
                    .remedy("use 1 to " + MAX_LENGTH
                            + " characters of A-Z, a-z, 0-9, '.', '_' and '-', starting with a letter or digit"));
        }
    }

    private static boolean isWellFormed(String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
                return false;
            }
        }
        return true;
    }

    private static String abbreviate(String value) {
        String printable = value.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() <= 40 ? printable : printable.substring(0, 40) + "...";
    }
}
