# On the primary's host: starts the first copy, now or at a time. From an existing copy it compares instead of copying.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationState -eq 'ReadyForInitialReplication') {
  $set = @{ VM = $v; UseBackup = [bool]$a.existingCopy; Confirm = $false }
  if ($null -ne $a.startAt) {
    $set.InitialReplicationStartTime = ([DateTime]'1970-01-01').AddMilliseconds([int64]$a.startAt).ToLocalTime()
  }
  MayAct
  Start-VMInitialReplication @set
}
Replicated $a.vm
