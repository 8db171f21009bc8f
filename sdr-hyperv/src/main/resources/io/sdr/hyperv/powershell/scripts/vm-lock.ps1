# Locks a VM against start through this library. A running VM goes on running.
param($a)
$v = FindVm $a.vm
if (-not @(Records 'lock' ([string]$v.Id)).Count) {
  MayAct
  Publish 'lock' ([string]$v.Id) "epoch $($a.epoch)"
}
Seen $a.vm
