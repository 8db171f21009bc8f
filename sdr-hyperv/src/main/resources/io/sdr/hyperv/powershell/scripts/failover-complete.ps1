# On the replica's host: commits a failover. Its recovery points are gone then; nothing takes this back.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationState -ne 'FailedOver') {
  MayAct
  Complete-VMFailover -VM $v -Confirm:$false
}
Replicated $a.vm
