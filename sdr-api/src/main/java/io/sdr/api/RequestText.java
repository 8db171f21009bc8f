package io.sdr.api;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Requests in one line, for logs. */
final class RequestText {
    private RequestText() {}

    /** The operation, its item, and those details that are not blank. */
    static String of(ItemRequest request, String... details) {
        return of(request.operation().words() + " of item " + request.item(), request, List.of(details));
    }

    static String of(String what, Request request, List<String> details) {
        String more = Stream.concat(details.stream(), request.actor().map(by -> "by " + by).stream())
                .filter(detail -> !detail.isBlank())
                .collect(Collectors.joining(", "));
        return more.isEmpty() ? what : what + ": " + more;
    }

    static String when(boolean holds, String detail) {
        return holds ? detail : "";
    }
}
