package io.sdr.hyperv.readiness;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Something that was asked of a host.
 *
 * @param <T> what it is
 * @param value what the host said; empty if it was not asked or could not say
 * @param failure why it could not say, as one line; empty if it was not asked
 */
public record Fact<T>(Optional<T> value, Optional<String> failure) {
    public static <T> Fact<T> of(T value) {
        return new Fact<>(Optional.of(value), Optional.empty());
    }

    public static <T> Fact<T> notAsked() {
        return new Fact<>(Optional.empty(), Optional.empty());
    }

    public static <T> Fact<T> failed(String why) {
        return new Fact<>(Optional.empty(), Optional.of(why));
    }

    /** Asks. What the host refuses is a fact, too; that it cannot be reached is thrown. */
    static <T> Fact<T> ask(Supplier<T> question) {
        try {
            return of(question.get());
        } catch (OperationFailedException e) {
            return failed(e.problem().state() + " [" + e.code() + "]");
        } catch (InvalidRequestException e) {
            return failed(e.problem().state() + " [" + e.code() + "]");
        }
    }

    Stream<T> stream() {
        return value.stream();
    }
}
