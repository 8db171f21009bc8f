# The cluster of this host: nodes, shared volumes, and the names under which its Replica Broker is reached.
param($a)
$cluster = Get-Cluster
$resources = @(Get-ClusterResource)
$groups = @($resources | Where-Object { [string]$_.ResourceType -eq 'Virtual Machine Replication Broker' } |
  ForEach-Object { [string]$_.OwnerGroup })
$names = @($resources | Where-Object { [string]$_.ResourceType -eq 'Network Name' -and $groups -contains [string]$_.OwnerGroup })
@{
  cluster = [string]$cluster.Name
  domain = [string]$cluster.Domain
  nodes = @(Get-ClusterNode | ForEach-Object { @{ name = [string]$_.Name; state = [string]$_.State } })
  volumes = @(Get-ClusterSharedVolume | ForEach-Object { [string]$_.SharedVolumeInfo[0].FriendlyVolumeName })
  brokers = @($names | ForEach-Object { [string](Get-ClusterParameter -InputObject $_ -Name 'DnsName').Value })
}
