# The files that a checkpoint froze, by the places of their disks.
param($a)
# WMI names it Microsoft:<id>.
$id = [guid]($a.checkpoint -replace '^Microsoft:', '')
$snapshot = Get-VMSnapshot -VM (FindVm $a.vm) | Where-Object { $_.Id -eq $id }
if (-not $snapshot) { Refuse 'CHECKPOINT_GONE' "snapshot $($a.checkpoint) is gone" }
@{
  checkpoint = [string]$snapshot.Id
  time = Iso $snapshot.CreationTime
  disks = @(Get-VMHardDiskDrive -VMSnapshot $snapshot | ForEach-Object { @{
    path = DiskPath $_; controllerType = [string]$_.ControllerType
    controllerNumber = [int]$_.ControllerNumber; controllerLocation = [int]$_.ControllerLocation
  } })
}
