package io.sdr.hyperv.powershell;

import io.sdr.api.InvalidRequestException;
import io.sdr.api.OperationFailedException;
import io.sdr.api.OutcomeUnknownException;
import io.sdr.api.Problem;
import io.sdr.api.RetryableException;
import io.sdr.api.SdrException;
import io.sdr.hyperv.text.OneLine;
import java.util.List;
import java.util.Set;

/**
 * What remote errors mean: rows that are tried from the first, each by what never depends on the host's language. Numbers are
 * those of the WMI classes of Hyper-V ([MS-WMI] return values 32768 to 32779) and HRESULTs of Win32 errors.
 */
final class ErrorTable {
    private static final long ACCESS_DENIED = 0x8007_0005L;
    private static final long FILE_NOT_FOUND = 0x8007_0002L;
    private static final long PATH_NOT_FOUND = 0x8007_0003L;
    private static final long SHARING_VIOLATION = 0x8007_0020L;
    private static final long LOCK_VIOLATION = 0x8007_0021L;
    private static final long DISK_FULL = 0x8007_0070L;
    private static final long HANDLE_DISK_FULL = 0x8007_0027L;

    private static final List<Row> ROWS = List.of(
            refused("STALE_EPOCH", Kind.FAILED, "look at the item again: a later decision was made"),
            refused("TOO_LATE", Kind.FAILED, "look again; compare the clocks of the hosts"),
            refused("OUT_OF_TIME", Kind.UNKNOWN, "look again before anything else"),
            refused("UNKNOWN_VM", Kind.INVALID, "look for the VM on the other hosts of the site"),
            refused("UNKNOWN_NETWORK", Kind.INVALID, "map the network to one that this host has"),
            refused("UNKNOWN_ADAPTER", Kind.INVALID, "look at the VM's adapters again"),
            refused("POINT_GONE", Kind.INVALID, "choose one of the recovery points that are there now"),
            refused("CHECKPOINT_GONE", Kind.RETRYABLE, "make a new checkpoint; compare, since its moment is lost"),
            refused(
                    "CHECKPOINT_UNCLEAR",
                    Kind.RETRYABLE,
                    "let the backup that made it end; if it stays (Get-VMSnapshot), and no backup needs it, delete it"),
            refused("DISK_ATTACHED", Kind.RETRYABLE, "detach the disk first"),
            refused(
                    "DISK_MERGING",
                    Kind.RETRYABLE,
                    "let Hyper-V merge what its checkpoints left; if it does not, look into the host's event log"),
            refused("TRACKING_STUCK", Kind.FAILED, "compare the whole disk instead"),
            refused("DISK_MISSING", Kind.INVALID, "name a disk that is there"),
            refused(
                    "ADAPTER_NAMES_NOT_UNIQUE",
                    Kind.FAILED,
                    "give each adapter of the VM a name of its own (Rename-VMNetworkAdapter)"),
            refused("CHECKPOINT_EXISTS", Kind.FAILED, "give the checkpoints of the VM up first"),
            refused("DISK_DIFFERS", Kind.FAILED, "look at the file: it is not the one that was expected there"),
            refused("START_LOCKED", Kind.FAILED, "unlock it first, if this side is the active one"),
            refused("VM_RUNNING", Kind.FAILED, "turn the VM off first"),
            refused("VM_SAVED", Kind.FAILED, "start the VM and shut it down, or delete its saved state"),
            refused(
                    "GUEST_SILENT",
                    Kind.FAILED,
                    "start the shutdown service of its integration services, or turn it off"),
            refused(
                    "NOT_TAGGED",
                    Kind.FAILED,
                    "delete it by hand if it is not needed: it was not made by this library"),
            refused("SEVERAL_TAGGED", Kind.FAILED, "delete the VMs that are too many, or their line in the notes"),
            refused("NETWORK_IN_USE", Kind.FAILED, "delete or disconnect the VMs in it first"),
            refused("WRONG_MODE", Kind.FAILED, "ask the host where the primary is now"),
            refused("DRIVER_MISMATCH", Kind.FAILED, "end Hyper-V Replica of this VM first, or use its driver"),
            refused("TEST_EXISTS", Kind.FAILED, "clean the test failover up first"),
            refused(
                    "TEST_UNCLEAR",
                    Kind.FAILED,
                    "look at the test VMs of the replica on its host, and end the test failover there"),
            new Row("MODULE_MISSING", Kind.FAILED, "install the PowerShell module on the host")
                    .ids("CommandNotFoundException", "Modules_ModuleNotFound", "CouldNotAutoloadMatchingModule"),
            new Row("ACCESS_DENIED", Kind.FAILED, "give the account of the transport the rights that the guide names")
                    .ids("AccessDenied", "UnauthorizedAccess")
                    .categories("PermissionDenied")
                    .hresults(ACCESS_DENIED)
                    .numbers(32769),
            new Row("BUSY", Kind.RETRYABLE, "try again when the other work on it has ended")
                    .ids("ObjectInUse", "OperationInProgress")
                    .categories("ResourceBusy")
                    .hresults(SHARING_VIOLATION, LOCK_VIOLATION)
                    .numbers(32774),
            new Row("STORAGE_FULL", Kind.RETRYABLE, "make room on the volume")
                    .hresults(DISK_FULL, HANDLE_DISK_FULL)
                    .numbers(32778),
            new Row("STATE_MOVED", Kind.RETRYABLE, "look at the VM again")
                    .ids("InvalidState")
                    .numbers(32775),
            new Row("NOT_THERE", Kind.INVALID, "look at the site's inventory again")
                    .ids("ObjectNotFound", "ItemNotFound", "PathNotFound")
                    .categories("ObjectNotFound")
                    .hresults(FILE_NOT_FOUND, PATH_NOT_FOUND)
                    .numbers(32779),
            new Row("OUT_OF_TIME", Kind.UNKNOWN, "look again before anything else")
                    .ids("OperationTimeout")
                    .categories("OperationTimeout")
                    .numbers(32772),
            new Row("NOT_SUPPORTED", Kind.FAILED, "look at what the readiness check says of this host")
                    .ids("NotSupported")
                    .categories("NotImplemented")
                    .numbers(32770));

    private ErrorTable() {}

    /** What a script of this module refuses by itself. */
    private static Row refused(String code, Kind kind, String remedy) {
        return new Row(code, kind, remedy).sdr(code);
    }

    /** Says what an error means. A code that a script gave and no row knows stays what it is. */
    static SdrException meaning(RemoteError error, String attempted, String host) {
        Row row = ROWS.stream()
                .filter(each -> each.matches(error))
                .findFirst()
                .orElseGet(() -> new Row(error.sdrCode().orElse("POWERSHELL_FAILED"), Kind.FAILED, "look at the host"));
        return row.kind.exception(Problem.of(row.code)
                .attempted(attempted)
                .state("host " + host + " answered: " + describe(error))
                .remedy(row.remedy));
    }

    private static String describe(RemoteError error) {
        StringBuilder text = new StringBuilder(OneLine.of(error.message()));
        text.append(" (").append(OneLine.of(error.id()));
        error.number().ifPresent(number -> text.append(", ").append(number));
        if (error.hresult() != 0) {
            text.append(", 0x").append(Integer.toHexString((int) error.hresult()));
        }
        return text.append(')').toString();
    }

    private enum Kind {
        INVALID,
        RETRYABLE,
        UNKNOWN,
        FAILED;

        SdrException exception(Problem problem) {
            return switch (this) {
                case INVALID -> new InvalidRequestException(problem);
                case RETRYABLE -> new RetryableException(problem);
                case UNKNOWN -> new OutcomeUnknownException(problem);
                case FAILED -> new OperationFailedException(problem);
            };
        }
    }

    private record Row(
            String code,
            Kind kind,
            String remedy,
            Set<String> sdrCodes,
            List<String> idPrefixes,
            Set<String> errorCategories,
            Set<Long> hresultCodes,
            Set<Long> numberCodes) {
        Row(String code, Kind kind, String remedy) {
            this(code, kind, remedy, Set.of(), List.of(), Set.of(), Set.of(), Set.of());
        }

        Row sdr(String... values) {
            return new Row(code, kind, remedy, Set.of(values), idPrefixes, errorCategories, hresultCodes, numberCodes);
        }

        Row ids(String... values) {
            return new Row(code, kind, remedy, sdrCodes, List.of(values), errorCategories, hresultCodes, numberCodes);
        }

        Row categories(String... values) {
            return new Row(code, kind, remedy, sdrCodes, idPrefixes, Set.of(values), hresultCodes, numberCodes);
        }

        Row hresults(Long... values) {
            return new Row(code, kind, remedy, sdrCodes, idPrefixes, errorCategories, Set.of(values), numberCodes);
        }

        Row numbers(long value) {
            return new Row(code, kind, remedy, sdrCodes, idPrefixes, errorCategories, hresultCodes, Set.of(value));
        }

        boolean matches(RemoteError error) {
            if (error.sdrCode().isPresent()) {
                return sdrCodes.contains(error.sdrCode().get());
            }
            return idPrefixes.stream().anyMatch(prefix -> error.id().startsWith(prefix))
                    || errorCategories.contains(error.category())
                    || hresultCodes.contains(error.hresult() & 0xFFFF_FFFFL)
                    // Methods of WMI give HRESULTs, too.
                    || (error.number().isPresent()
                            && (numberCodes.contains(error.number().getAsLong())
                                    || hresultCodes.contains(error.number().getAsLong())));
        }
    }
}
