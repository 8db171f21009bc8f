# Connects an adapter, known by its id in VMM, to a VM network and subnet, or disconnects it.
param($a)
$server = Vmm
$v = Get-SCVirtualMachine -VMMServer $server -ID ([guid]$a.vmmId)
$nic = Get-SCVirtualNetworkAdapter -VMMServer $server -VM $v | Where-Object { $_.ID -eq [guid]$a.adapter }
if (-not $nic) { Refuse 'UNKNOWN_ADAPTER' "VM $($v.VMId) has no adapter $($a.adapter)" }
$set = @{ VirtualNetworkAdapter = $nic }
if ($null -eq $a.network) {
  $set.NoConnection = $true
} else {
  $set.VMNetwork = Get-SCVMNetwork -VMMServer $server -ID ([guid]$a.network)
  if ($null -ne $a.subnet) { $set.VMSubnet = Get-SCVMSubnet -VMMServer $server -ID ([guid]$a.subnet) }
}
MayAct
$after = Set-SCVirtualNetworkAdapter @set
@{ vm = [string]$v.VMId; adapter = [string]$nic.ID; network = [string](Value (Value $after 'VMNetwork') 'ID') }
