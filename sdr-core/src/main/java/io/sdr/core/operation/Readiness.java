package io.sdr.core.operation;

import io.sdr.api.Finding;
import io.sdr.api.RetryableException;
import io.sdr.api.Side;
import io.sdr.api.VmId;
import io.sdr.api.spi.CallContext;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.SiteProvider;
import io.sdr.api.spi.VmDescription;
import java.util.ArrayList;
import java.util.List;

/** What would stop protection: pure reads of both sites, all findings in one answer. */
public final class Readiness {
    private static final String NO_ROOM = "NO_ROOM";

    private Readiness() {}

    /**
     * Looks at both sites.
     *
     * @param item the item that shall be protected
     * @param world the sites
     * @param call the call
     * @return all findings; empty if nothing stands in the way
     */
    public static List<Finding> toProtect(ItemState item, Surroundings world, CallContext call) {
        List<Finding> findings = new ArrayList<>();
        SiteProvider source = world.site(item.place(Side.PRIMARY).site());
        SiteProvider target = world.site(item.place(Side.RECOVERY).site());
        boolean sourceAnswers = answers(source, call, findings);
        boolean targetAnswers = answers(target, call, findings);
        if (!sourceAnswers) {
            return findings;
        }
        VmId vm = item.vm(Side.PRIMARY).orElseThrow();
        try {
            List<VmDescription> found = source.inventory().find(vm.value(), call);
            if (found.isEmpty()) {
                findings.add(Finding.blocker(
                        "UNKNOWN_VM", "VM " + vm, "is not at site " + source.id(), "", "name a VM of that site"));
                return findings;
            }
            VmDescription description = found.get(0);
            findings.addAll(source.inventory().readiness(new ReadinessQuestion.AsSource(description), call));
            if (targetAnswers) {
                target.inventory()
                        .readiness(new ReadinessQuestion.AsTarget(description.disks(), room(description.disks())), call)
                        .forEach(
                                finding -> findings.add(finding.code().equals(NO_ROOM) ? mayBeFull(finding) : finding));
            }
        } catch (RetryableException e) {
            findings.add(Finding.blocker(e.code(), "readiness", e.problem().describe(), "", "retry"));
        }
        return findings;
    }

    /** How much of the disks is data is known when a checkpoint is there: a sparse disk may well fit. */
    private static Finding mayBeFull(Finding finding) {
        return Finding.warning(
                finding.code(),
                finding.subject(),
                finding.observed() + ", and full disks need " + finding.required(),
                finding.advice() + ", or see that the disks hold little data");
    }

    /** The first copy is staged: disk sizes bound it from above, once in the base and once in the segments. */
    private static long room(List<DiskRef> disks) {
        return 2 * disks.stream().mapToLong(DiskRef::sizeBytes).sum();
    }

    private static boolean answers(SiteProvider site, CallContext call, List<Finding> findings) {
        if (site.contact(call) instanceof Contact.Unreachable silent) {
            findings.add(Finding.blocker(
                    "SITE_UNREACHABLE",
                    "site " + site.id(),
                    "does not answer: " + silent.reason(),
                    "",
                    "restore the connection to the site, then try again"));
            return false;
        }
        return true;
    }
}
