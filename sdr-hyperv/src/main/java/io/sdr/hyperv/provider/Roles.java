package io.sdr.hyperv.provider;

import io.sdr.api.ItemId;
import io.sdr.api.JobId;
import io.sdr.hyperv.host.HostScripts;
import io.sdr.hyperv.host.Tag;

/** What VMs and networks are made for, as their tags say. */
public final class Roles {
    /** The copy of an item's VM. */
    public static final String COPY = "copy";

    private static final String TEST = "test-";

    private Roles() {}

    /** What a drill makes. Ids of jobs have capitals and dots, which roles have not. */
    public static String test(JobId drill) {
        return TEST + Digests.of(drill.value()).substring(0, 32);
    }

    static boolean isCopy(Tag tag) {
        return tag.role().equals(COPY);
    }

    static boolean isTest(Tag tag) {
        return tag.role().startsWith(TEST);
    }

    /** Tells whether something was made for an item in a role. */
    static boolean is(Tag tag, ItemId item, String role) {
        return tag.role().equals(role) && tag.item().equals(HostScripts.name(item));
    }
}
