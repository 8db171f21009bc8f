# Gives a VM that is off this size and secure boot.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
if ([int64]$v.ProcessorCount -ne [int64]$a.processors) {
  MayAct
  Set-VMProcessor -VM $v -Count ([int64]$a.processors) -Confirm:$false
}
if ([int64](Get-VMMemory -VM $v).Startup -ne [int64]$a.memoryBytes) {
  MayAct
  Set-VMMemory -VM $v -StartupBytes ([int64]$a.memoryBytes) -Confirm:$false
}
if ($v.Generation -eq 2) {
  $want = 'Off'
  if ($a.secureBoot) { $want = 'On' }
  if ([string](Get-VMFirmware -VM $v).SecureBoot -ne $want) {
    MayAct
    Set-VMFirmware -VM $v -EnableSecureBoot $want -Confirm:$false
  }
}
Seen $a.vm
