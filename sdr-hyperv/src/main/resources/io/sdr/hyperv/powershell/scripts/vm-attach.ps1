# Gives a VM that is off exactly these disks at these places. A VM of the second generation then boots from the first. Refused while
# another VM of this host has one of them, and while checkpoints hold the disks that it has.
param($a)
$v = FindVm $a.vm
function Place($Disk) { "$($Disk.controllerType) $($Disk.controllerNumber) $($Disk.controllerLocation) $($Disk.path)".ToUpperInvariant() }
$want = @($a.disks | ForEach-Object { Place $_ })
$old = @(Get-VMHardDiskDrive -VM $v | Where-Object { $want -cnotcontains (Place $_) })
$there = @(Get-VMHardDiskDrive -VM $v | ForEach-Object { Place $_ })
$new = @($a.disks | Where-Object { $there -cnotcontains (Place $_) })
if ($old.Count -or $new.Count) {
  if ([string]$v.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
  $frozen = @(Get-VMSnapshot -VM $v)
  if ($frozen.Count) { Refuse 'CHECKPOINT_EXISTS' "VM $($v.Id) has $($frozen.Count) checkpoints" }
  if (@($old | Where-Object { IsLayer $_.Path }).Count) { Refuse 'DISK_MERGING' "a layer of VM $($v.Id) waits to be merged" }
}
foreach ($disk in $new) {
  $users = @(FindUsers $disk.path | Where-Object { $_.vm.Id -ne $v.Id })
  if ($users.Count) { Refuse 'DISK_ATTACHED' "VM $($users[0].vm.Id) has the disk $($disk.path)" }
  if (-not [IO.File]::Exists($disk.path)) { Refuse 'DISK_MISSING' "the disk $($disk.path) is not there" }
}
if ($new.Count) {
  MayAct
  $lines = foreach ($disk in $a.disks) { $disk.name + ' ' + $disk.path }
  WriteVmNote 'disks' $v.Id (@($lines) -join "`n")
}
# Before anything is taken away: New-VM makes one SCSI controller, and where it makes a DVD drive the source may have a disk.
foreach ($disk in @($new | Where-Object { $_.controllerType -eq 'SCSI' })) {
  while (@(Get-VMScsiController -VM $v).Count -le [int]$disk.controllerNumber) {
    MayAct
    Add-VMScsiController -VM $v -Confirm:$false
  }
}
$places = @($new | ForEach-Object { "$($_.controllerType) $($_.controllerNumber) $($_.controllerLocation)" })
$dvds = @(Get-VMDvdDrive -VM $v |
  Where-Object { $places -contains "$($_.ControllerType) $($_.ControllerNumber) $($_.ControllerLocation)" })
if ($dvds.Count) {
  MayAct
  Remove-VMDvdDrive -VMDvdDrive $dvds -Confirm:$false
}
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
