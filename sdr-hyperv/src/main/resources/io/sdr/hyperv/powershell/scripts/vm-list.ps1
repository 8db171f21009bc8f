# All VMs of this host, as far as a list needs.
param($a)
@{
  vms = @(Get-VM | ForEach-Object { @{
    vm = [string]$_.Id
    name = [string]$_.Name
    state = [string]$_.State
    generation = [int]$_.Generation
    version = [string]$_.Version
    clustered = [bool]$_.IsClustered
    replicationMode = [string]$_.ReplicationMode
    tags = @(Tags $_)
  } })
}
