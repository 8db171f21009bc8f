# The VMs that VMM knows, in one cloud or all, with the host that each is on: as fresh as VMM's last refresh.
param($a)
$server = Vmm
if ($null -ne $a.cloud) {
  $cloud = Get-SCCloud -VMMServer $server -ID ([guid]$a.cloud)
  $all = @(Get-SCVirtualMachine -VMMServer $server -Cloud $cloud)
} else {
  $all = @(Get-SCVirtualMachine -VMMServer $server -All)
}
@{
  vms = @($all | Where-Object { $_.VMId } | ForEach-Object { @{
    vm = [string]$_.VMId
    vmmId = [string]$_.ID
    name = [string]$_.Name
    host = [string](Value (Value $_ 'VMHost') 'FQDN')
    cloud = [string](Value (Value $_ 'Cloud') 'ID')
    status = [string](Value $_ 'Status')
    modified = Iso (Value $_ 'ModifiedTime')
  } })
}
