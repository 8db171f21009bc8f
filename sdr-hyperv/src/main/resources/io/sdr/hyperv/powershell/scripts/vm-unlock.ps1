# Takes the lock away.
param($a)
$v = FindVm $a.vm
if ([IO.File]::Exists((VmNote 'lock' $v.Id))) {
  MayAct
  [IO.File]::Delete((VmNote 'lock' $v.Id))
}
Seen $a.vm
