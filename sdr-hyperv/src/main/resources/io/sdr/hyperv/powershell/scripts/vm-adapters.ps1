# Gives a VM that is off exactly these adapters, each by its name, connected as they say, and notes the addresses that its guest gets at
# its next start. Nothing is changed for an unknown network.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
$switches = FindSwitches @($a.adapters | ForEach-Object { $_.network })
TellApart $v @($a.adapters | ForEach-Object { $_.name })
MayAct
NoteAddresses $v.Id $a.addresses
DropAdapters $v @($a.adapters | ForEach-Object { $_.name })
foreach ($want in @($a.adapters)) {
  LinkAdapter (GiveAdapter $v $want.name $want.mac) $want.network $want.vlan $switches
}
Seen $a.vm
