# Takes back a prepared or started failover, or removes the test VM. With a test VM there the cmdlet removes only that, so the
# caller says which is meant, and the other is refused.
param($a)
$v = FindVm $a.vm
$tests = @(TestVms $v)
if ($a.test) {
  if ($tests.Count) {
    MayAct
    Stop-VMFailover -VM $v -Confirm:$false
  }
} elseif ([string]$v.ReplicationState -in 'PreparedForFailover', 'FailedOverWaitingCompletion', 'RecoveryInProgress') {
  if ($tests.Count) { Refuse 'TEST_EXISTS' "VM $($v.Id) has a test VM, which would be removed instead" }
  # The cmdlet turns a running VM off by itself (Stop-VMFailover, description), and what it wrote is gone.
  if ([string]$v.State -notin 'Off', 'OffCritical') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
  MayAct
  Stop-VMFailover -VM $v -Confirm:$false
}
Replicated $a.vm
