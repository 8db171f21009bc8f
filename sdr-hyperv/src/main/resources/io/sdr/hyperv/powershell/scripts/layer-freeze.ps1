# Makes an ordinary checkpoint over attached disks, so that what they hold now can be folded while the VM runs.
param($a)
$v = FindVm $a.vm
$name = "sdr-$($a.token)"
$snapshot = Get-VMSnapshot -VM $v | Where-Object { $_.Name -ceq $name } | Select-Object -First 1
if (-not $snapshot) {
  MayAct
  $snapshot = Checkpoint-VM -VM $v -SnapshotName $name -Passthru -Confirm:$false
}
@{ vm = [string]$v.Id; snapshot = [string]$snapshot.Id }
