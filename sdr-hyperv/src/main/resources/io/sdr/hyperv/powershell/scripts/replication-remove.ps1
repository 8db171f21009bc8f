# Ends the relation on this host; the other side is told separately. A replica and its files stay. Ended already is done.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationMode -ne 'None') {
  MayAct
  Remove-VMReplication -VM $v -Confirm:$false
}
Replicated $a.vm
