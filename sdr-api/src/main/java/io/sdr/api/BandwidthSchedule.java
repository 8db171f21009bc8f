package io.sdr.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How many bytes a second may be sent, by the time of day: one limit, or none, and other ones within windows. Of windows that overlap
 * the one that was added last counts. A window begins with its first moment and ends before its last; one that ends before it begins
 * goes over midnight. Times are those of a zone, UTC unless another one is named. Immutable; the same in text form: {@link #toString}
 * and {@link #parse}.
 */
public final class BandwidthSchedule {
    /** The lowest limit, in bytes a second: below it, a connection would be taken for broken. */
    public static final long LEAST_BYTES_PER_SECOND = 1024;

    /** The highest limit, in bytes a second. */
    public static final long MOST_BYTES_PER_SECOND = 1L << 40;

    private static final int MOST_WINDOWS = 24;
    private static final long NONE = 0;
    private static final String UNLIMITED_TEXT = "unlimited";
    private static final BandwidthSchedule UNLIMITED = new BandwidthSchedule(NONE, List.of(), ZoneOffset.UTC);

    private final long bytesPerSecond;
    private final List<Window> windows;
    private final ZoneId zone;

    private record Window(LocalTime from, LocalTime until, long bytesPerSecond) {
        boolean holds(LocalTime time) {
            boolean begun = !time.isBefore(from);
            boolean over = !time.isBefore(until);
            return from.isBefore(until) ? begun && !over : begun || !over;
        }

        @Override
        public String toString() {
            return from + "-" + until + "=" + text(bytesPerSecond);
        }
    }

    private BandwidthSchedule(long bytesPerSecond, List<Window> windows, ZoneId zone) {
        this.bytesPerSecond = bytesPerSecond;
        this.windows = List.copyOf(windows);
        this.zone = zone;
    }

    /**
     * Limits nothing.
     *
     * @return a schedule without a limit; windows may add some
     */
    public static BandwidthSchedule unlimited() {
        return UNLIMITED;
    }

    /**
     * Limits at all times.
     *
     * @param bytesPerSecond 1 KiB to 1 TiB a second
     * @return the schedule; windows may have other limits
     * @throws InvalidRequestException code {@code POLICY_OUT_OF_RANGE}
     */
    public static BandwidthSchedule of(long bytesPerSecond) {
        return new BandwidthSchedule(checked(bytesPerSecond), List.of(), ZoneOffset.UTC);
    }

    /**
     * Limits otherwise within a part of each day.
     *
     * @param from when it begins
     * @param until when it ends; before {@code from} for a window over midnight
     * @param limit 1 KiB to 1 TiB a second
     * @return a copy
     * @throws InvalidRequestException code {@code POLICY_OUT_OF_RANGE}, also if the window is empty or there are more than 24
     */
    public BandwidthSchedule between(LocalTime from, LocalTime until, long limit) {
        return with(new Window(from, until, checked(limit)));
    }

    /**
     * Limits nothing within a part of each day.
     *
     * @param from when it begins
     * @param until when it ends; before {@code from} for a window over midnight
     * @return a copy
     * @throws InvalidRequestException code {@code POLICY_OUT_OF_RANGE}, if the window is empty or there are more than 24
     */
    public BandwidthSchedule unlimitedBetween(LocalTime from, LocalTime until) {
        return with(new Window(from, until, NONE));
    }

    private BandwidthSchedule with(Window window) {
        if (window.from().equals(window.until()) || windows.size() == MOST_WINDOWS) {
            throw refused(window.toString(), "give windows that are not empty, at most " + MOST_WINDOWS);
        }
        List<Window> more = new ArrayList<>(windows);
        more.add(window);
        return new BandwidthSchedule(bytesPerSecond, more, zone);
    }

    /**
     * Says of which zone the times are.
     *
     * @param value the zone
     * @return a copy
     */
    public BandwidthSchedule in(ZoneId value) {
        return new BandwidthSchedule(bytesPerSecond, windows, value);
    }

    /**
     * Tells what holds at a moment.
     *
     * @param moment the moment
     * @return bytes a second; empty if nothing is limited then
     */
    public OptionalLong at(Instant moment) {
        LocalTime time = moment.atZone(zone).toLocalTime();
        long limit = bytesPerSecond;
        for (Window each : windows) {
            limit = each.holds(time) ? each.bytesPerSecond() : limit;
        }
        return limit == NONE ? OptionalLong.empty() : OptionalLong.of(limit);
    }

    private static long checked(long bytesPerSecond) {
        if (bytesPerSecond < LEAST_BYTES_PER_SECOND || bytesPerSecond > MOST_BYTES_PER_SECOND) {
            throw refused(
                    bytesPerSecond + " bytes a second",
                    "give " + LEAST_BYTES_PER_SECOND + " to " + MOST_BYTES_PER_SECOND + " bytes a second");
        }
        return bytesPerSecond;
    }

    private static InvalidRequestException refused(String what, String remedy) {
        return new InvalidRequestException(Problem.of("POLICY_OUT_OF_RANGE")
                .attempted("limit bandwidth to " + what)
                .state("nothing was changed")
                .remedy(remedy));
    }

    private static String text(long bytesPerSecond) {
        return bytesPerSecond == NONE ? UNLIMITED_TEXT : Long.toString(bytesPerSecond);
    }

    /**
     * Reads the text form.
     *
     * @param text such as {@code 10485760;08:00-18:00=1048576;22:00-05:00=unlimited;Europe/Berlin}
     * @return the schedule
     * @throws InvalidRequestException code {@code POLICY_OUT_OF_RANGE}
     */
    public static BandwidthSchedule parse(String text) {
        try {
            List<String> parts = List.of(text.split(";", -1));
            long limit = limit(parts.get(0));
            BandwidthSchedule schedule = limit == NONE ? UNLIMITED : of(limit);
            for (String part : parts.subList(1, parts.size())) {
                int equals = part.indexOf('=');
                schedule = equals < 0 ? schedule.in(ZoneId.of(part)) : schedule.window(part, equals);
            }
            return schedule;
        } catch (DateTimeException | IllegalArgumentException e) {
            throw refused(
                    "'" + text + "'", "write it as 10485760;08:00-18:00=1048576;22:00-05:00=unlimited;Europe/Berlin");
        }
    }

    private BandwidthSchedule window(String part, int equals) {
        int dash = part.indexOf('-');
        if (dash < 0 || dash > equals) {
            throw new IllegalArgumentException(part);
        }
        LocalTime from = LocalTime.parse(part.substring(0, dash));
        LocalTime until = LocalTime.parse(part.substring(dash + 1, equals));
        long limit = limit(part.substring(equals + 1));
        return limit == NONE ? unlimitedBetween(from, until) : between(from, until, limit);
    }

    private static long limit(String text) {
        return text.equals(UNLIMITED_TEXT) ? NONE : checked(Long.parseLong(text));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BandwidthSchedule schedule
                && bytesPerSecond == schedule.bytesPerSecond
                && windows.equals(schedule.windows)
                && zone.equals(schedule.zone);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bytesPerSecond) * 31 + windows.hashCode() * 7 + zone.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder all = new StringBuilder(text(bytesPerSecond));
        windows.forEach(each -> all.append(';').append(each));
        return all.append(zone.equals(ZoneOffset.UTC) ? "" : ";" + zone.getId()).toString();
    }
}
