# On the primary's host: changes what may be changed of a running relation.
param($a)
$v = FindVm $a.vm
$set = @{
  VM = $v
  CompressionEnabled = [bool]$a.compression
  ReplicationFrequencySec = [int]$a.frequencySeconds
  RecoveryHistory = [int]$a.pointsKept
  AutoResynchronizeEnabled = [bool]$a.resynchronize
  Confirm = $false
}
if ($a.resynchronize) {
  $set.AutoResynchronizeIntervalStart = [TimeSpan]::FromMinutes([int]$a.resynchronizeFrom)
  $set.AutoResynchronizeIntervalEnd = [TimeSpan]::FromMinutes([int]$a.resynchronizeUntil)
}
if ([int]$a.consistentEveryHours -gt 0) {
  $set.VSSSnapshotFrequencyHour = [int]$a.consistentEveryHours
} else {
  $set.DisableVSSSnapshotReplication = $true
}
if ([string]$v.ReplicationMode -ne 'Primary') { Refuse 'WRONG_MODE' "VM $($v.Id) is $($v.ReplicationMode), not Primary" }
MayAct
Set-VMReplication @set
Replicated $a.vm
