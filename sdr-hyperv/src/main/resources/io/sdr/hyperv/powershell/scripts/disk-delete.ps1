# Deletes a disk's file that no VM of this host has attached, itself, in a checkpoint, or below a layer. Gone already is done. One that
# is another disk than the one that is meant, by the identifier in the file, stays.
param($a)
$there = There $a.path
$meant = $true
if ($there -and $null -ne $a.diskId) { $meant = [string](Get-VHD -Path $a.path).DiskIdentifier -eq $a.diskId }
if ($there -and $meant) {
  foreach ($vm in @(Get-VM)) {
    $own = @(Get-VMHardDiskDrive -VM $vm)
    $kept = @(Get-VMSnapshot -VM $vm | Get-VMHardDiskDrive)
    foreach ($disk in $own + $kept) {
      $path = [string]$disk.Path
      while ($path -and [IO.File]::Exists($path)) {
        if ($path -eq $a.path) { Refuse 'DISK_ATTACHED' "VM $($vm.Id) has the disk" }
        $path = [string](Get-VHD -Path $path).ParentPath
      }
    }
  }
  MayAct
  [IO.File]::Delete($a.path)
}
@{ path = [string]$a.path; deleted = [bool]$meant }
