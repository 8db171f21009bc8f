# Takes the lock away.
param($a)
$v = FindVm $a.vm
foreach ($lock in @(Records 'lock' ([string]$v.Id))) {
  MayAct
  [IO.File]::Delete($lock)
}
Seen $a.vm
