# To which VM networks a VM's adapters are connected.
param($a)
$server = Vmm
$v = Get-SCVirtualMachine -VMMServer $server -ID ([guid]$a.vmmId)
@{
  vm = [string]$v.VMId
  adapters = @(Get-SCVirtualNetworkAdapter -VMMServer $server -VM $v | ForEach-Object { @{
    adapter = [string]$_.ID
    name = [string](Value $_ 'Name')
    mac = [string](Value $_ 'MACAddress')
    network = [string](Value (Value $_ 'VMNetwork') 'ID')
    subnet = [string](Value (Value $_ 'VMSubnet') 'ID')
  } })
}
