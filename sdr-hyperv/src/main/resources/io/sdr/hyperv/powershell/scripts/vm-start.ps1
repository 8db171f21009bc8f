# Starts a VM. Refused while its start is locked. Its guest gets the addresses that were noted for it; what Hyper-V does not take of them
# keeps no VM from running, and is noted.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -ne 'Running') {
  if (IsLocked $v.Id) { Refuse 'START_LOCKED' "VM $($v.Id) is locked against start" }
  $lines = @(VmNoteLines 'addresses' $v.Id)
  MayAct
  if ($lines.Count) { WriteVmNote 'unaddressed' $v.Id ($lines -join "`n") }
  Start-VM -VM $v -Confirm:$false
  $refused = @(foreach ($line in $lines) {
    try { GiveAddress $v.Id ($line -split ' ', 6) } catch { $line }
  })
  if ($refused.Count) { WriteVmNote 'unaddressed' $v.Id ($refused -join "`n") } else { DropVmNote 'unaddressed' $v.Id }
}
Seen $a.vm
