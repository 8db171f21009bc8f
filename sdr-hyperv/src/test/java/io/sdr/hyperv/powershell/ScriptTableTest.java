package io.sdr.hyperv.powershell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the checked-in table of scripts must show, whatever they are changed to. */
class ScriptTableTest {
    private static final Set<String> READING =
            Set.of("Get", "Measure", "Test", "Read", "Find", "Import", "Refuse", "Wait");
    /** Functions of the prologue, and .NET methods, that change nothing. */
    private static final Set<String> LOOKING = Set.of(
            "IsLocked",
            "IsConnected",
            "IsLayer",
            "IsBelow",
            "There",
            "Records",
            "MayAct",
            "LookVm",
            "FindVm",
            "Seen",
            "Replicated",
            "TestVms",
            "System",
            "Finish",
            "Vmm",
            "VmNote",
            "VmNoteLines",
            "ReadLives",
            "Life",
            "TellApart",
            "FindSwitches",
            "FindUsers",
            "OfJobs",
            "HasMemory",
            "HasSecureBoot",
            "Fault");

    private static final Set<String> LOOKING_METHODS = Set.of(
            "[IO.Directory]::GetDirectories",
            "[IO.Directory]::GetFiles",
            "[IO.File]::Exists",
            "[IO.File]::ReadAllText",
            "[IO.Path]::GetFileName",
            "Msvm_ImageManagementService.GetVirtualDiskChanges",
            // Made in this process only: -ClientOnly.
            "New-CimInstance Msvm_VirtualSystemSnapshotSettingData",
            "New-CimInstance Msvm_VirtualEthernetSwitchSettingData");

    private final Map<String, Row> rows = rows();

    record Row(String effect, List<String> calls, List<String> reads, List<String> answers) {}

    @Test
    void itListsEveryScript() {
        ScriptCatalogue catalogue = new ScriptCatalogue();
        assertThat(rows.keySet()).containsExactlyElementsOf(catalogue.names());
        rows.forEach((name, row) -> assertThat(row.effect())
                .as(name)
                .isEqualTo(catalogue.script(name).effect().name()));
    }

    /** Every verb of Hyper-V Replica, and the methods for checkpoints and change tracking. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Enable-VMReplication -VM -ReplicaServerName",
                "Enable-VMReplication -VM -AsReplica",
                "Start-VMInitialReplication -VM -UseBackup",
                "Stop-VMInitialReplication -VM",
                "Start-VMFailover -VM -Prepare",
                "Start-VMFailover -VMRecoverySnapshot",
                "Start-VMFailover -VM",
                "Start-VMFailover -VM -AsTest",
                "Start-VMFailover -VMRecoverySnapshot -AsTest",
                "Stop-VMFailover -VM",
                "Complete-VMFailover -VM",
                "Set-VMReplication -VM -Reverse",
                "Set-VMReplication -VM -AsReplica",
                "Suspend-VMReplication -VM",
                "Resume-VMReplication -VM",
                "Resume-VMReplication -VM -Resynchronize",
                "Resume-VMReplication -VM -Continue",
                "Remove-VMReplication -VM",
                "Get-VMReplication",
                "Measure-VMReplication -VM",
                "Get-VMSnapshot -VM -SnapshotType",
                "Get-VMReplicationServer",
                "Test-VMReplicationConnection",
                "Start-VM -VM",
                "Stop-VM -VM -TurnOff",
                "Msvm_ShutdownComponent.InitiateShutdown",
                "Msvm_VirtualSystemSnapshotService.CreateSnapshot",
                "Msvm_VirtualSystemSnapshotService.ConvertToReferencePoint",
                "Msvm_VirtualSystemSnapshotService.DestroySnapshot",
                "Msvm_VirtualSystemReferencePointService.DestroyReferencePoint",
                "Msvm_ImageManagementService.GetVirtualDiskChanges",
                "Checkpoint-VM -VM",
                "Remove-VMSnapshot -VMSnapshot",
                "New-VHD -Path -ParentPath -Differencing",
                "Read-SCVirtualMachine -VM"
            })
    void everyVerbOfTheDesignOccurs(String verb) {
        Stream<String> calls = Stream.concat(
                rows.values().stream().flatMap(row -> row.calls().stream()),
                functions().values().stream().flatMap(row -> row.calls().stream()));
        assertThat(calls).anyMatch(call -> (call + " ").startsWith(verb + " "));
    }

    /** Nothing changes before the guard looked, and what only reads changes nothing. */
    @Test
    void everyChangeStandsBehindItsGuard() {
        rows.forEach((name, row) -> {
            boolean guarded = false;
            for (String call : row.calls()) {
                guarded |= call.equals("MayAct");
                assertThat(guarded || !changes(call))
                        .as("%s: %s before MayAct", name, call)
                        .isTrue();
            }
            assertThat(guarded).as(name).isEqualTo(row.effect().equals("CHANGE"));
            if (guarded) {
                assertThat(row.reads()).as(name).contains("epoch", "attempt", "notAfter", "catalogue", "item");
                assertThat(row.calls().stream().anyMatch(ScriptTableTest::changes))
                        .as("%s changes something", name)
                        .isTrue();
            }
        });
    }

    @Test
    void everyScriptAnswersFields() {
        assertThat(rows)
                .allSatisfy((name, row) -> assertThat(row.answers()).as(name).isNotEmpty());
        assertThat(functions().get("Seen").answers()).contains("vm", "state", "locked", "disks[].path");
        assertThat(functions().get("Replicated").answers()).contains("vm", "mode", "state", "health");
    }

    private static boolean changes(String call) {
        String head = call.split(" ", 2)[0];
        return !LOOKING.contains(head)
                && !LOOKING_METHODS.contains(call)
                && !LOOKING_METHODS.contains(head)
                && !READING.contains(head.split("-", 2)[0])
                // Properties of an instance in this process; a method sends them.
                && !(call.startsWith("Msvm_") && call.endsWith(" ="));
    }

    private static Map<String, Row> rows() {
        return table(6);
    }

    private static Map<String, Row> functions() {
        return table(5);
    }

    /** Reads the rows of the table with so many columns and a leading empty one. */
    private static Map<String, Row> table(int cells) {
        Map<String, Row> found = new TreeMap<>();
        ScriptFiles.text(ScriptFiles.table())
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.length() - 2).split("(^| )\\| ", -1))
                .filter(row -> row.length == cells)
                .forEach(row -> found.put(
                        list(row[1]).get(0),
                        new Row(
                                cells == 6 ? row[2] : "",
                                list(row[cells - 3]),
                                list(row[cells - 2]),
                                list(row[cells - 1]))));
        return found;
    }

    private static List<String> list(String cell) {
        return cell.equals("none")
                ? List.of()
                : Arrays.stream(cell.split(", ", -1))
                        .map(each -> each.substring(1, each.length() - 1))
                        .toList();
    }
}
