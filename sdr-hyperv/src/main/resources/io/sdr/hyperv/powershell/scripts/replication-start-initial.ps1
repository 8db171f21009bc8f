# On the primary's host: starts the first copy, now or at a time. From an existing copy it compares instead of copying. Hyper-V plans
# seven days ahead at most (Start-VMInitialReplication): what is later is left, to be asked again, and what has gone by begins now.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationState -eq 'ReadyForInitialReplication') {
  $set = @{ VM = $v; UseBackup = [bool]$a.existingCopy; Confirm = $false }
  $days = 0
  if ($null -ne $a.startAt) {
    $at = ([DateTime]'1970-01-01').AddMilliseconds([int64]$a.startAt)
    $days = ($at - [DateTime]::UtcNow).TotalDays
    if ($days -gt 0) { $set.InitialReplicationStartTime = $at.ToLocalTime() }
  }
  if ($days -le 7) {
    MayAct
    Start-VMInitialReplication @set
  }
}
Replicated $a.vm
