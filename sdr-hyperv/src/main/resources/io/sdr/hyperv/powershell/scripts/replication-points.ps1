# The recovery points of a replica: types Replica and AppConsistentReplica.
param($a)
$v = FindVm $a.vm
$points = @(Get-VMSnapshot -VM $v -SnapshotType Replica) + @(Get-VMSnapshot -VM $v -SnapshotType AppConsistentReplica)
@{
  vm = [string]$v.Id
  points = @($points | ForEach-Object { @{
    point = [string]$_.Id
    type = [string]$_.SnapshotType
    time = Iso $_.CreationTime
  } })
}
