# Takes a VM, running or not, off every network.
param($a)
$v = FindVm $a.vm
# By its switch, too: what Connected says of a VM that is off is documented nowhere.
$connected = @(Get-VMNetworkAdapter -VM $v | Where-Object { $_.Connected -or $_.SwitchName })
if ($connected.Count) {
  MayAct
  Disconnect-VMNetworkAdapter -VMNetworkAdapter $connected -Confirm:$false
}
Seen $a.vm
