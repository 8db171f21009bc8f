# Takes the power away. A saved VM is refused: its memory belongs to disks as they are now, and only its owner may drop it.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -eq 'Saved') { Refuse 'VM_SAVED' "VM $($v.Id) has a saved state" }
if ([string]$v.State -ne 'Off') {
  MayAct
  Stop-VM -VM $v -TurnOff -Force -Confirm:$false
}
Seen $a.vm
