package io.sdr.core.state;

import io.sdr.api.Operation;
import java.util.List;

/**
 * That an operation is allowed in a state.
 *
 * @param operation the operation
 * @param conditions what must be true besides; all of it
 * @param supersedes which open job it may take the place of
 * @param confirmation what a person has to accept
 */
public record Permission(
        Operation operation, List<Condition> conditions, Supersedes supersedes, Confirmation confirmation) {
    /** Copies the list. */
    public Permission {
        conditions = List.copyOf(conditions);
    }

    static Permission permit(Operation operation, Condition... conditions) {
        return new Permission(operation, List.of(conditions), Supersedes.NOTHING, Confirmation.NONE);
    }

    Permission superseding(Supersedes jobs) {
        return new Permission(operation, conditions, jobs, confirmation);
    }

    Permission confirming(Confirmation what) {
        return new Permission(operation, conditions, supersedes, what);
    }
}
