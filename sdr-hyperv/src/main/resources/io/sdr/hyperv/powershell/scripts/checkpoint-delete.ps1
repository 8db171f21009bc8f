# Gives a checkpoint up, with its moment. Missing is done.
param($a)
$system = System $a.vm
$snapshot = Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemSettingData `
  -Association Msvm_SnapshotOfVirtualSystem | Where-Object { $_.InstanceID -eq $a.checkpoint }
if ($snapshot) {
  $service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualSystemSnapshotService
  MayAct
  Finish (Invoke-CimMethod -InputObject $service -MethodName DestroySnapshot -Confirm:$false -Arguments @{
    AffectedSnapshot = $snapshot
  })
}
Forget $a.checkpoint
@{ checkpoint = [string]$a.checkpoint; deleted = $true }
