# Locks a VM against start through this library. A running VM goes on running.
param($a)
$v = FindVm $a.vm
if (-not [IO.File]::Exists((VmNote 'lock' $v.Id))) {
  MayAct
  WriteVmNote 'lock' $v.Id "$($a.item) $($a.epoch)"
}
Seen $a.vm
