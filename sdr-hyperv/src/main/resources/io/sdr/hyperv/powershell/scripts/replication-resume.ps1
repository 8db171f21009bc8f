# Goes on with replication: as it was, from where an interruption left it, or by resynchronising, which compares the disks.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationState -notin 'Replicating', 'Resynchronizing', 'Disabled') {
  MayAct
  if ($a.resynchronize) {
    Resume-VMReplication -VM $v -Resynchronize -Confirm:$false
  } elseif ($a.continue) {
    Resume-VMReplication -VM $v -Continue -Confirm:$false
  } else {
    Resume-VMReplication -VM $v -Confirm:$false
  }
}
Replicated $a.vm
