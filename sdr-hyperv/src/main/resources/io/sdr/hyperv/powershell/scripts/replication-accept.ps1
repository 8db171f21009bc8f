# On the replica's host: makes a VM that was brought there, such as a restored copy, ready to be a replica of that server's VM.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationMode -eq 'None') {
  MayAct
  Enable-VMReplication -VM $v -AsReplica -AllowedPrimaryServer $a.server -Confirm:$false
}
Replicated $a.vm
