# On the replica's host: makes a VM that was brought there, such as a restored copy, ready to be a replica of that server's VM.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationMode -eq 'None') {
  $set = @{ VM = $v; AsReplica = $true; Confirm = $false }
  # The entry by which that server may send, as it is written (Enable-VMReplication, -AllowedPrimaryServer): its name, a pattern, any. Where
  # there is none, or it is not told, Hyper-V's own choice stands.
  $entries = @(Get-VMReplicationAuthorizationEntry -ErrorAction SilentlyContinue)
  $entry = @($entries | Where-Object { $_.AllowedPrimaryServer -eq $a.server }) +
    @($entries | Where-Object { $a.server -like $_.AllowedPrimaryServer }) | Select-Object -First 1
  if ($entry) { $set.AllowedPrimaryServer = [string]$entry.AllowedPrimaryServer }
  MayAct
  Enable-VMReplication @set
}
Replicated $a.vm
