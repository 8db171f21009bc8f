# Keeps the host, and its cluster (priority 0 is "no auto start"), from starting a VM by itself, or leaves them as they are set.
param($a)
$v = FindVm $a.vm
if ([string]$v.AutomaticStartAction -ne [string]$a.automaticStart) {
  MayAct
  Set-VM -VM $v -AutomaticStartAction $a.automaticStart -Confirm:$false
}
if ($v.IsClustered) {
  $group = Get-ClusterGroup -VMId $v.Id
  if ([int64]$group.Priority -ne [int64]$a.clusterPriority) {
    MayAct
    $group.Priority = [int64]$a.clusterPriority
  }
}
Seen $a.vm
