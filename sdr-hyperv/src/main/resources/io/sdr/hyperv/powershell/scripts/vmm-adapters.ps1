# To which VM networks VMs' adapters are connected, known by their ids in VMM. One that VMM has no more is missing from the answer.
param($a)
$server = Vmm
$found = foreach ($id in $a.vmmIds) {
  $v = Get-SCVirtualMachine -VMMServer $server -ID ([guid]$id)
  if (-not $v) { continue }
  @{
    vm = [string]$v.VMId
    adapters = @(Get-SCVirtualNetworkAdapter -VMMServer $server -VM $v | ForEach-Object { @{
      adapter = [string]$_.ID
      device = [string](Value $_ 'DeviceID')
      mac = [string](Value $_ 'MACAddress')
      network = [string](Value (Value $_ 'VMNetwork') 'ID')
      subnet = [string](Value (Value $_ 'VMSubnet') 'ID')
    } })
  }
}
@{ vms = @($found) }
