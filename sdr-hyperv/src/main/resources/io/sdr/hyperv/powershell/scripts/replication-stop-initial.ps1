# On the primary's host: gives the first copy up.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationState -in 'InitialReplicationInProgress', 'WaitingForInitialReplication') {
  MayAct
  Stop-VMInitialReplication -VM $v -Confirm:$false
}
Replicated $a.vm
