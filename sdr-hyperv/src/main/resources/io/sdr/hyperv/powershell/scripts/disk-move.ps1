# Moves a disk's file under another name of the same volume. There already is done. Refused while a VM of this host has it attached.
param($a)
if ([IO.File]::Exists($a.path)) {
  $users = @(Get-VM | Get-VMHardDiskDrive | Where-Object { $_.Path -eq $a.path })
  if ($users.Count) { Refuse 'DISK_ATTACHED' "VM $($users[0].VMId) has the disk attached" }
  if ([IO.File]::Exists($a.target)) { Refuse 'DISK_DIFFERS' 'both files are there' }
  MayAct
  [IO.File]::Move($a.path, $a.target)
}
@{ path = [string]$a.target; sizeBytes = [int64](Get-VHD -Path $a.target).Size }
