# On the primary's host: relates a VM to its replica server, a DNS name. One that is related already is left as it is.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationMode -eq 'None') {
  $set = @{
    VM = $v
    ReplicaServerName = [string]$a.server
    ReplicaServerPort = [int]$a.port
    AuthenticationType = [string]$a.authentication
    CompressionEnabled = [bool]$a.compression
    ReplicationFrequencySec = [int]$a.frequencySeconds
    RecoveryHistory = [int]$a.pointsKept
    AutoResynchronizeEnabled = [bool]$a.resynchronize
    Confirm = $false
  }
  # Named only where it is wanted, and points are kept (Enable-VMReplication, -VSSSnapshotFrequencyHour).
  if ([int]$a.consistentEveryHours -gt 0) { $set.VSSSnapshotFrequencyHour = [int]$a.consistentEveryHours }
  if ($a.resynchronize) {
    $set.AutoResynchronizeIntervalStart = [TimeSpan]::FromMinutes([int]$a.resynchronizeFrom)
    $set.AutoResynchronizeIntervalEnd = [TimeSpan]::FromMinutes([int]$a.resynchronizeUntil)
  }
  if ($null -ne $a.thumbprint) { $set.CertificateThumbprint = [string]$a.thumbprint }
  if (@($a.excludedDisks).Count) { $set.ExcludedVhdPath = [string[]]@($a.excludedDisks) }
  MayAct
  Enable-VMReplication @set
}
Replicated $a.vm
