# Moves a disk's file under another name of the same volume; a VM of this host that is off and has it attached loses it. There already is
# done.
param($a)
if (There $a.path) {
  FindUsers $a.path | ForEach-Object {
    if ([string]$_.vm.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($_.vm.Id) is $($_.vm.State) and has the disk" }
    if ($_.merging) { Refuse 'DISK_MERGING' "a layer of VM $($_.vm.Id) waits to be merged into the disk" }
    if ($_.frozen) { Refuse 'CHECKPOINT_EXISTS' "a checkpoint of VM $($_.vm.Id) holds the disk" }
  }
  if (There $a.target) { Refuse 'DISK_DIFFERS' 'both files are there' }
  MayAct
  Get-VM | Get-VMHardDiskDrive | Where-Object { $_.Path -eq $a.path } | Remove-VMHardDiskDrive -Confirm:$false
  $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($a.target))
  [IO.File]::Move($a.path, $a.target)
}
@{ path = [string]$a.target; sizeBytes = [int64](Get-VHD -Path $a.target).Size }
