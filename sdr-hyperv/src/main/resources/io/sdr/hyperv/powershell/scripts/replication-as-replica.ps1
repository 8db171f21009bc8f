# On the old primary's host, after an unplanned failover and with its VM off: makes it ready to be the replica.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationMode -eq 'Primary') {
  if ([string]$v.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
  MayAct
  Set-VMReplication -VM $v -AsReplica -Confirm:$false
}
Replicated $a.vm
