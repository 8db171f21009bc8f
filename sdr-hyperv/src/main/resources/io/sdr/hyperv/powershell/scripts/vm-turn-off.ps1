# Takes the power away, and notes that it is gone: of a VM that died with its host nothing else would tell. A saved VM is refused: its
# memory belongs to disks as they are now, and only its owner may drop it.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -in 'Saved', 'SavedCritical', 'FastSaved', 'FastSavedCritical') { Refuse 'VM_SAVED' "VM $($v.Id) has a saved state" }
$seen = Seen $a.vm
# Where this host's log does not tell of an orderly end, it may have died with a host: this one, or one it was on before.
$ended = $null -ne $seen.lastStart -and [string]$seen.lastStop -ge [string]$seen.lastStart
$since = [string]$seen.hostStart
if ([string]$seen.lastStart -gt $since) { $since = [string]$seen.lastStart }
if ([string]$v.State -notin 'Off', 'OffCritical') {
  MayAct
  Stop-VM -VM $v -TurnOff -Force -Confirm:$false
} elseif (-not $ended -and [string]$seen.notedOff -lt $since) {
  MayAct
  WriteVmNote 'stop' $v.Id $seen.clock
}
Seen $a.vm
