# Connects or disconnects adapters of a VM, running or not, each by its name; one that it does not have is left out, others stay as they
# are. Several of one name all become what it says: a copy must be kept off the network whatever its adapters are called. Nothing is
# changed for an unknown network.
param($a)
$v = FindVm $a.vm
$switches = FindSwitches @($a.adapters | ForEach-Object { $_.network })
foreach ($want in @($a.adapters)) {
  foreach ($nic in @(Get-VMNetworkAdapter -VM $v | Where-Object { $_.Name -ceq $want.name })) {
    MayAct
    LinkAdapter $nic $want.network $want.vlan $switches
  }
}
Seen $a.vm
