# Makes an ordinary checkpoint over attached disks, so that what they hold now can be folded while the VM runs.
param($a)
$v = FindVm $a.vm
$name = "sdr-$($a.token)"
if (-not @(Get-VMSnapshot -VM $v | Where-Object { $_.Name -ceq $name }).Count) {
  MayAct
  Checkpoint-VM -VM $v -SnapshotName $name -Confirm:$false
}
$snapshot = Get-VMSnapshot -VM $v | Where-Object { $_.Name -ceq $name } | Select-Object -First 1
@{ vm = [string]$v.Id; snapshot = [string]$snapshot.Id }
