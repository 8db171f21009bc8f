# Removes that checkpoint: Hyper-V merges its layer in the background. Missing is done.
param($a)
$v = FindVm $a.vm
$name = "sdr-$($a.token)"
$snapshot = @(Get-VMSnapshot -VM $v | Where-Object { $_.Name -ceq $name })
if ($snapshot.Count) {
  MayAct
  Remove-VMSnapshot -VMSnapshot $snapshot -Confirm:$false
}
@{
  vm = [string]$v.Id
  merging = [string](Value $v 'SecondaryOperationalStatus') -eq 'MergingDisks'
  disks = @(Get-VMHardDiskDrive -VM $v | ForEach-Object { [string]$_.Path })
}
