# On the replica's host: brings the replica to a recovery point of its own, or to the latest. The VM is not started. One that is
# failed over already stays at its point: to choose again, failover-stop comes first.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationState -ne 'FailedOverWaitingCompletion') {
  if ($null -ne $a.point) {
    $points = @(Get-VMSnapshot -VM $v -SnapshotType Replica) + @(Get-VMSnapshot -VM $v -SnapshotType AppConsistentReplica)
    $point = $points | Where-Object { $_.Id -eq [guid]$a.point } | Select-Object -First 1
    if (-not $point) { Refuse 'POINT_GONE' "VM $($v.Id) has no recovery point $($a.point)" }
    MayAct
    Start-VMFailover -VMRecoverySnapshot $point -Confirm:$false
  } else {
    MayAct
    Start-VMFailover -VM $v -Confirm:$false
  }
}
Replicated $a.vm
