package io.sdr.hyperv.text;

/** Remote text made fit for a message: one line, short, nothing that moves a terminal's cursor or turns its text around. */
public final class OneLine {
    private static final int CHARACTERS = 500;

    private OneLine() {}

    /**
     * Makes it fit.
     *
     * @param text what came
     * @return one line of at most some 500 characters
     */
    public static String of(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(CHARACTERS).forEach(character -> {
            int type = Character.getType(character);
            boolean plain = type != Character.CONTROL
                    && type != Character.FORMAT
                    && type != Character.SURROGATE
                    && type != Character.LINE_SEPARATOR
                    && type != Character.PARAGRAPH_SEPARATOR;
            if (plain) {
                line.appendCodePoint(character);
            } else if (line.length() > 0 && line.charAt(line.length() - 1) != ' ') {
                line.append(' ');
            }
        });
        if (text.codePointCount(0, text.length()) > CHARACTERS) {
            line.append('…');
        }
        return line.toString().strip();
    }
}
