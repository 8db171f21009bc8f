# Gives a VM that is off this size and secure boot.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
if ([int64]$v.ProcessorCount -ne [int64]$a.processors) {
  MayAct
  Set-VMProcessor -VM $v -Count ([int64]$a.processors) -Confirm:$false
}
if (-not (HasMemory $v)) {
  MayAct
  SetMemory $v
}
if (-not (HasSecureBoot $v)) {
  MayAct
  SetSecureBoot $v
}
Seen $a.vm
