# Starts a VM. Refused while its start is locked.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -ne 'Running') {
  if (@(Records 'lock' ([string]$v.Id)).Count) { Refuse 'START_LOCKED' "VM $($v.Id) is locked against start" }
  MayAct
  Start-VM -VM $v -Confirm:$false
}
Seen $a.vm
