package io.sdr.benchmarks.drill;

import io.sdr.api.Progress;
import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;

/** Tells the user how far the drill is: a progress bar on a terminal, plain lines otherwise. */
final class DrillConsole {
    private static final int BAR = 24;
    private static final int WIDTH = 78;

    private final PrintStream out;
    private final boolean bar;
    private boolean barShown;

    DrillConsole(PrintStream out, boolean bar) {
        this.out = out;
        this.bar = bar;
    }

    /** Tells whether standard output goes to a terminal. */
    @SuppressWarnings("SystemConsoleNull") // it is asked in the way of newer versions, too
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            // From Java 22 on there is a console object in any case, and a method that tells
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return true;
        }
    }

    void line(String text) {
        wipe();
        out.println(text);
        out.flush();
    }

    void begin(DrillStep step) {
        if (!bar) {
            out.println(position(step) + " " + step.label());
            out.flush();
        }
    }

    /** Shows how far a step is; does nothing where there is no terminal. */
    void show(DrillStep step, String activity, Progress progress) {
        show(position(step) + " " + step.label() + ": " + activity, progress);
    }

    void show(String activity, Progress progress) {
        if (!bar) {
            return;
        }
        StringBuilder text = new StringBuilder();
        if (progress.bytesTotal().isPresent() && progress.bytesTotal().getAsLong() > 0) {
            long total = progress.bytesTotal().getAsLong();
            int percent = (int) Math.min(100, 100.0 * progress.bytesDone() / total);
            int filled = BAR * percent / 100;
            text.append('[')
                    .append("#".repeat(filled))
                    .append(".".repeat(BAR - filled))
                    .append("] ")
                    .append(percent)
                    .append(" % ");
        } else {
            text.append('[').append(".".repeat(BAR)).append("] ");
        }
        text.append(activity);
        progress.remaining()
                .ifPresent(left -> text.append(", ").append(clock(left)).append(" left"));
        String line = text.length() > WIDTH ? text.substring(0, WIDTH) : text.toString();
        out.print('\r' + line + " ".repeat(WIDTH - line.length()));
        out.flush();
        barShown = true;
    }

    void done(DrillStep step, StepResult result) {
        line(position(step) + " " + step.label() + " done in " + Amounts.seconds(result.seconds()) + ", "
                + Amounts.bytes(result.bytesMoved()) + " moved, verified");
    }

    void wipe() {
        if (barShown) {
            out.print('\r' + " ".repeat(WIDTH) + '\r');
            barShown = false;
        }
    }

    private static String position(DrillStep step) {
        return String.format("[%2d/%d]", step.number(), DrillStep.values().length);
    }

    private static String clock(Duration time) {
        return String.format("%d:%02d", time.toMinutes(), time.toSecondsPart());
    }
}
