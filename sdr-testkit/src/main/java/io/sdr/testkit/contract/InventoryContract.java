package io.sdr.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sdr.api.Finding;
import io.sdr.api.RetryableException;
import io.sdr.api.VmId;
import io.sdr.api.spi.Contact;
import io.sdr.api.spi.DiskRef;
import io.sdr.api.spi.Inventory;
import io.sdr.api.spi.ReadinessQuestion;
import io.sdr.api.spi.SiteCapabilities;
import io.sdr.api.spi.VmDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a site tells of itself: contact, its clock, its VMs, and what stands in the way of protection. */
public abstract class InventoryContract extends SiteSuite {
    /** For subclasses. */
    protected InventoryContract() {}

    private Inventory inventory() {
        return site().inventory();
    }

    private VmDescription described(VmId vm) {
        return inventory().find(vm.value(), call("find")).get(0);
    }

    /** Whether a site answers is an answer, and its clock goes on. */
    @Test
    public void contactIsAnAnswer() {
        Instant clock = assertInstanceOf(Contact.Reachable.class, site().contact(call("c")))
                .siteClock();
        world().pass(Duration.ofMinutes(3));
        Instant later = assertInstanceOf(Contact.Reachable.class, site().contact(call("c")))
                .siteClock();
        assertFalse(later.isBefore(clock.plus(Duration.ofMinutes(3))), "the site's clock goes on");
        world().contact(false);
        String reason = assertInstanceOf(Contact.Unreachable.class, site().contact(call("c")))
                .reason();
        assertFalse(reason.isBlank(), "it says why, as far as known");
        world().contact(true);
        assertInstanceOf(Contact.Reachable.class, site().contact(call("c")));
    }

    /** Id and capabilities do not change, whatever happens. */
    @Test
    public void identityAndCapabilitiesAreConstant() {
        SiteCapabilities before = site().capabilities();
        io.sdr.api.SiteId id = site().id();
        world().contact(false);
        assertEquals(before, site().capabilities());
        assertEquals(id, site().id());
        world().contact(true);
        world().reopen();
        assertEquals(before, site().capabilities());
        assertEquals(id, site().id());
    }

    /** VMs are found by id and by exact name; a name may find several. */
    @Test
    public void vmsAreFoundByIdAndName() {
        VmId one = runningVm("contract-twin");
        VmId two = runningVm("contract-twin");
        VmId other = runningVm("contract-twin-2");
        assertEquals(List.of(described(other)), inventory().find("contract-twin-2", call("t")));
        assertEquals(
                java.util.Set.of(one, two), java.util.Set.copyOf(ids(inventory().find("contract-twin", call("t")))));
        assertEquals(List.of(one), ids(inventory().find(one.value(), call("t"))), "an id matches alone");
        assertEquals(List.of(), inventory().find("contract-twi", call("t")));
        VmDescription described = described(one);
        assertEquals("contract-twin", described.name());
        assertEquals(seen(one).disks(), described.disks());
        assertEquals(
                world().diskSizes(),
                described.disks().stream().map(DiskRef::sizeBytes).toList());
        assertTrue(described.disks().stream().allMatch(disk -> disk.site().equals(site().id())));
    }

    private static List<VmId> ids(List<VmDescription> vms) {
        return vms.stream().map(VmDescription::id).toList();
    }

    /** Pages follow each other by id, without loss and without repetition. */
    @Test
    public void pagesAreCompleteAndOrdered() {
        for (int i = 0; i < 5; i++) {
            VmId unused = world().createRunningVm(
                            "contract-" + i, List.of(world().diskSizes().get(1)));
        }
        List<VmDescription> all =
                inventory().virtualMachines(Optional.empty(), Optional.empty(), Inventory.MAX_PAGE, call("t"));
        assertEquals(5, all.size());
        assertEquals(
                ids(all).stream().map(VmId::value).sorted().toList(),
                ids(all).stream().map(VmId::value).toList());
        List<VmDescription> paged = new ArrayList<>();
        Optional<VmId> after = Optional.empty();
        List<VmDescription> page;
        do {
            page = inventory().virtualMachines(Optional.empty(), after, 2, call("t"));
            paged.addAll(page);
            after = page.isEmpty()
                    ? after
                    : Optional.of(page.get(page.size() - 1).id());
        } while (page.size() == 2);
        assertEquals(all, paged);
        List<String> clouds = inventory().clouds(call("t"));
        assertEquals(clouds.stream().sorted().toList(), clouds);
    }

    /** Readiness finds what is in the way, all at once, and changes nothing. */
    @Test
    public void readinessNamesWhatIsInTheWay() {
        VmId vm = runningVm();
        VmDescription described = described(vm);
        assertEquals(List.of(), blockers(new ReadinessQuestion.AsSource(described)), "a plain VM can be protected");
        VmDescription gone = new VmDescription(
                NOBODY,
                "contract-gone",
                Optional.empty(),
                Optional.empty(),
                described.disks(),
                described.configuration());
        assertFalse(blockers(new ReadinessQuestion.AsSource(gone)).isEmpty(), "a VM that is not there is in the way");
        DiskRef foreign = new DiskRef(
                new io.sdr.api.SiteId("contract-elsewhere"),
                new io.sdr.api.DiskId("contract-disk"),
                "elsewhere",
                "contract-no-such-format",
                1 << 20);
        List<Finding> room =
                inventory().readiness(new ReadinessQuestion.AsTarget(List.of(foreign), Long.MAX_VALUE), call("t"));
        assertTrue(room.size() >= 2, () -> "an unknown format and too little room are told in one answer: " + room);
        assertTrue(seen(vm).isRunning(), "asking changes nothing");
        assertEquals(List.of(), disks().leftovers(vm, call("t")));
    }

    private List<Finding> blockers(ReadinessQuestion question) {
        return inventory().readiness(question, call("t")).stream()
                .filter(finding -> finding.severity() == Finding.Severity.BLOCKER)
                .toList();
    }

    /** Who does not answer can be asked again. */
    @Test
    public void withoutContactReadsMayBeRepeated() {
        VmId vm = runningVm();
        VmDescription described = described(vm);
        world().contact(false);
        assertThrows(RetryableException.class, () -> inventory().find("x", call("t")));
        assertThrows(RetryableException.class, () -> inventory().clouds(call("t")));
        assertThrows(
                RetryableException.class,
                () -> inventory().virtualMachines(Optional.empty(), Optional.empty(), 10, call("t")));
        assertThrows(
                RetryableException.class,
                () -> inventory().readiness(new ReadinessQuestion.AsSource(described), call("t")));
        world().contact(true);
        assertEquals(described, described(vm));
    }
}
