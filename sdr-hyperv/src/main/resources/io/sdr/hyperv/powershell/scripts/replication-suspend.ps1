# Pauses replication.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationState -notin 'Suspended', 'ResynchronizeSuspended', 'Disabled') {
  MayAct
  Suspend-VMReplication -VM $v -Confirm:$false
}
Replicated $a.vm
