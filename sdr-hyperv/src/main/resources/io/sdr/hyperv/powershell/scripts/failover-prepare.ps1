# On the primary's host, with its VM off: sends the last changes and keeps the VM from starting.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationState -ne 'PreparedForFailover') {
  MayAct
  Start-VMFailover -VM $v -Prepare -Confirm:$false
}
Replicated $a.vm
