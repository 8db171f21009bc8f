# On the replica's host: makes the test VM of a recovery point, or of the latest, beside running replication. There already is done.
param($a)
$v = FindVm $a.vm
$tests = @(TestVms $v)
if (-not $tests.Count) {
  if ($null -ne $a.point) {
    $points = @(Get-VMSnapshot -VM $v -SnapshotType Replica) + @(Get-VMSnapshot -VM $v -SnapshotType AppConsistentReplica)
    $point = $points | Where-Object { $_.Id -eq [guid]$a.point } | Select-Object -First 1
    if (-not $point) { Refuse 'POINT_GONE' "VM $($v.Id) has no recovery point $($a.point)" }
    MayAct
    Start-VMFailover -VMRecoverySnapshot $point -AsTest -Confirm:$false
  } else {
    MayAct
    Start-VMFailover -VM $v -AsTest -Confirm:$false
  }
  $tests = @(TestVms $v)
}
if ($tests.Count -ne 1) { Refuse 'TEST_UNCLEAR' "$($tests.Count) test VMs belong to VM $($v.Id)" }
@{ vm = [string]$v.Id; test = [string]$tests[0].Id }
