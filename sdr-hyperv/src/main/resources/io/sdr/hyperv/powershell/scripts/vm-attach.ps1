# Gives a VM that is off exactly these disks at these places. A VM of the second generation then boots from the first.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
function Place($Disk) { "$($Disk.controllerType) $($Disk.controllerNumber) $($Disk.controllerLocation) $($Disk.path)".ToUpperInvariant() }
$want = @($a.disks | ForEach-Object { Place $_ })
$old = @(Get-VMHardDiskDrive -VM $v | Where-Object { $want -cnotcontains (Place $_) })
$there = @(Get-VMHardDiskDrive -VM $v | ForEach-Object { Place $_ })
$new = @($a.disks | Where-Object { $there -cnotcontains (Place $_) })
if ($old.Count) {
  MayAct
  Remove-VMHardDiskDrive -VMHardDiskDrive $old -Confirm:$false
}
foreach ($disk in $new) {
  MayAct
  Add-VMHardDiskDrive -VM $v -ControllerType $disk.controllerType -ControllerNumber ([int]$disk.controllerNumber) `
    -ControllerLocation ([int]$disk.controllerLocation) -Path $disk.path -Confirm:$false
}
if ($want.Count -and $v.Generation -eq 2) {
  MayAct
  $first = Get-VMHardDiskDrive -VM $v | Where-Object { (Place $_) -ceq $want[0] }
  Set-VMFirmware -VM $v -FirstBootDevice $first -Confirm:$false
}
Seen $a.vm
