# On the replica's host, failed over: makes its VM the primary and the old one the replica. This commits the failover.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationMode -eq 'Replica') {
  $set = @{ VM = $v; Reverse = $true; ReplicaServerName = [string]$a.server; Confirm = $false }
  if ($null -ne $a.thumbprint) { $set.CertificateThumbprint = [string]$a.thumbprint }
  MayAct
  Set-VMReplication @set
}
Replicated $a.vm
