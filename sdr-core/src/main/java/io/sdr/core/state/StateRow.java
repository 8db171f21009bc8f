package io.sdr.core.state;

import io.sdr.api.Operation;
import io.sdr.api.ProtectionState;
import java.util.List;
import java.util.Optional;

/**
 * What a state means and what is allowed in it.
 *
 * @param state the state
 * @param transitional whether a job moves the item through it; a failed job then stays the item's job
 * @param meaning what it means, for people
 * @param permissions what is allowed, in the order of the documentation
 */
public record StateRow(ProtectionState state, boolean transitional, String meaning, List<Permission> permissions) {
    /** Copies the list. */
    public StateRow {
        permissions = List.copyOf(permissions);
    }

    Optional<Permission> find(Operation operation) {
        return permissions.stream()
                .filter(each -> each.operation() == operation)
                .findFirst();
    }
}
