# Deletes a switch with this tag. Missing is done; one that an adapter is connected to is refused.
param($a)
$found = Get-VMSwitch | Where-Object { $_.Id -eq [guid]$a.network }
if ($found) {
  if (@(Tags $found) -cnotcontains $a.tag) { Refuse 'NOT_TAGGED' "network $($a.network) was not made for this" }
  $users = @(Get-VM | Get-VMNetworkAdapter | Where-Object { (IsConnected $_) -and $_.SwitchId -eq $found.Id })
  if ($users.Count) { Refuse 'NETWORK_IN_USE' "VM $($users[0].VMId) is connected to it" }
  $system = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualEthernetSwitch -Filter "Name = '$([guid]$a.network)'"
  $service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualEthernetSwitchManagementService
  MayAct
  Finish (Invoke-CimMethod -InputObject $service -MethodName DestroySystem -Confirm:$false -Arguments @{
    AffectedSystem = $system
  })
}
@{ network = [string]$a.network; deleted = $true }
