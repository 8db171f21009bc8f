# Whether this host reaches another one for Hyper-V Replica. The cmdlet fails where it does not; its error is the answer then.
param($a)
$set = @{
  ReplicaServerName = [string]$a.server
  ReplicaServerPort = [int]$a.port
  AuthenticationType = [string]$a.authentication
}
if ($null -ne $a.thumbprint) { $set.CertificateThumbprint = [string]$a.thumbprint }
$null = Test-VMReplicationConnection @set
@{ server = [string]$a.server; reached = $true }
