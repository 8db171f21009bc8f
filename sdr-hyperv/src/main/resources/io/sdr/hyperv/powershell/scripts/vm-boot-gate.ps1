# Keeps the host, and its cluster (priority 0 is "no auto start"), from starting a VM by itself, or lets them do it again as they were
# set: what is taken away is noted first, and the note goes when all of it is back. What somebody set by hand meanwhile stays.
param($a)
$v = FindVm $a.vm
$group = $null
if ($v.IsClustered) { $group = Get-ClusterGroup -VMId $v.Id }
$starts = [string]$v.AutomaticStartAction -ne 'Nothing'
$placed = $null -ne $group -and [int64]$group.Priority -ne 0
$noted = @(VmNoteLines 'boot' $v.Id)
if ($a.closed) {
  $was = @([string]$v.AutomaticStartAction, [string]$v.AutomaticStartDelay, '-')
  if ($group) { $was[2] = [string]$group.Priority }
  if ($noted.Count -eq 3) {
    if (-not $starts) { $was[0] = $noted[0]; $was[1] = $noted[1] }
    if (-not $placed) { $was[2] = $noted[2] }
  }
  if (($starts -or $placed) -and ($was -join "`n") -cne ($noted -join "`n")) {
    MayAct
    WriteVmNote 'boot' $v.Id ($was -join "`n")
  }
  if ($starts) {
    MayAct
    Set-VM -VM $v -AutomaticStartAction Nothing -Confirm:$false
  }
  if ($placed) {
    MayAct
    $group.Priority = [int64]0
  }
} elseif ($noted.Count -or -not $starts) {
  $was = @([string]$a.action, [string]$v.AutomaticStartDelay, [string]$a.priority)
  if ($noted.Count -eq 3) { $was[1] = $noted[1]; $was[2] = $noted[2] }
  if ($noted.Count -eq 3 -and $noted[0] -ne 'Nothing') { $was[0] = $noted[0] }
  if ($group -and -not $placed -and $was[2] -notin '-', '0') {
    MayAct
    $group.Priority = [int64]$was[2]
  }
  if (-not $starts) {
    MayAct
    Set-VM -VM $v -AutomaticStartAction $was[0] -AutomaticStartDelay ([int]$was[1]) -Confirm:$false
  }
  if ($noted.Count) {
    MayAct
    DropVmNote 'boot' $v.Id
  }
}
Seen $a.vm
