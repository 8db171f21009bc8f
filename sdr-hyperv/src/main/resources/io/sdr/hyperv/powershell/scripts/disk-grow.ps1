# Enlarges a disk that no running VM has open. Never shrinks one.
param($a)
$d = Get-VHD -Path $a.path
if ([uint64]$d.Size -gt [uint64]$a.sizeBytes) { Refuse 'DISK_DIFFERS' "the disk has $($d.Size) bytes, more than asked for" }
if ([uint64]$d.Size -lt [uint64]$a.sizeBytes) {
  MayAct
  Resize-VHD -Path $a.path -SizeBytes ([uint64]$a.sizeBytes) -Confirm:$false
}
@{ path = [string]$a.path; sizeBytes = [int64](Get-VHD -Path $a.path).Size }
