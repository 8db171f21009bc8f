package io.sdr.api;

import java.util.List;

/**
 * What came of an {@link AdoptionRequest}.
 *
 * @param site the site whose catalogue was read
 * @param adopted the items that the engine has now and had not before, ordered by id
 * @param findings a blocker for each item that was not adopted, with the reason and what to do; and what is worth knowing of others
 */
public record Adoption(SiteId site, List<ReplicatedItem> adopted, List<Finding> findings) {
    /** Copies the lists. */
    public Adoption {
        adopted = List.copyOf(adopted);
        findings = List.copyOf(findings);
    }
}
