# Takes a VM, running or not, off every network.
param($a)
$v = FindVm $a.vm
$connected = @(Get-VMNetworkAdapter -VM $v | Where-Object { IsConnected $_ })
if ($connected.Count) {
  MayAct
  Disconnect-VMNetworkAdapter -VMNetworkAdapter $connected -Confirm:$false
}
Seen $a.vm
