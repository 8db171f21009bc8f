# How this host receives Hyper-V Replica, and from whom.
param($a)
$server = Get-VMReplicationServer
$entries = @(Get-VMReplicationAuthorizationEntry)
@{
  enabled = [bool](Value $server 'ReplicationEnabled')
  authentication = [string](Value $server 'AllowedAuthenticationType')
  kerberosPort = [int](Value $server 'KerberosAuthenticationPort')
  certificatePort = [int](Value $server 'CertificateAuthenticationPort')
  thumbprint = [string](Value $server 'CertificateThumbprint')
  fromAnyServer = [bool](Value $server 'ReplicationAllowedFromAnyServer')
  folder = [string](Value $server 'DefaultStorageLocation')
  entries = @($entries | ForEach-Object { @{
    server = [string]$_.AllowedPrimaryServer
    folder = [string]$_.ReplicaStorageLocation
    trustGroup = [string]$_.TrustGroup
  } })
}
