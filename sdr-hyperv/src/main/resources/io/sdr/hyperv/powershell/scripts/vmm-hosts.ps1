# The hosts that VMM knows, with what placement asks of them.
param($a)
$server = Vmm
@{
  hosts = @(Get-SCVMHost -VMMServer $server | ForEach-Object { @{
    host = [string]$_.ID
    name = [string]$_.FQDN
    state = [string](Value $_ 'OverallState')
    available = [bool](Value $_ 'AvailableForPlacement')
    cluster = [string](Value (Value $_ 'HostCluster') 'Name')
    group = [string](Value $_ 'VMHostGroup')
    freeMemoryMebibytes = [int64](Value $_ 'AvailableMemory')
  } })
}
