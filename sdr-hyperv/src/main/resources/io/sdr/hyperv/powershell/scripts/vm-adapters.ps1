# Gives a VM that is off exactly these adapters, each by its name, connected as they say. Nothing is changed for an unknown network.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
$switches = @{}
foreach ($want in @($a.adapters | Where-Object { $null -ne $_.network })) {
  $found = Get-VMSwitch | Where-Object { $_.Id -eq [guid]$want.network }
  if (-not $found) { Refuse 'UNKNOWN_NETWORK' "network $($want.network) is not on this host" }
  $switches[[string]$want.network] = $found
}
MayAct
$names = @($a.adapters | ForEach-Object { [string]$_.name })
Get-VMNetworkAdapter -VM $v | Where-Object { $names -cnotcontains $_.Name } | Remove-VMNetworkAdapter -Confirm:$false
foreach ($want in @($a.adapters)) {
  $nic = Get-VMNetworkAdapter -VM $v | Where-Object { $_.Name -ceq $want.name } | Select-Object -First 1
  if (-not $nic) { $nic = Add-VMNetworkAdapter -VM $v -Name $want.name -Passthru -Confirm:$false }
  if ($null -eq $want.mac) {
    if (-not $nic.DynamicMacAddressEnabled) { Set-VMNetworkAdapter -VMNetworkAdapter $nic -DynamicMacAddress -Confirm:$false }
  } elseif ($nic.DynamicMacAddressEnabled -or $nic.MacAddress -ne $want.mac) {
    Set-VMNetworkAdapter -VMNetworkAdapter $nic -StaticMacAddress $want.mac -Confirm:$false
  }
  if ($null -eq $want.network) {
    Disconnect-VMNetworkAdapter -VMNetworkAdapter $nic -Confirm:$false
  } else {
    Connect-VMNetworkAdapter -VMNetworkAdapter $nic -VMSwitch $switches[[string]$want.network] -Confirm:$false
  }
  if ($null -eq $want.vlan) {
    Set-VMNetworkAdapterVlan -VMNetworkAdapter $nic -Untagged -Confirm:$false
  } else {
    Set-VMNetworkAdapterVlan -VMNetworkAdapter $nic -Access -VlanId ([int]$want.vlan) -Confirm:$false
  }
}
Seen $a.vm
