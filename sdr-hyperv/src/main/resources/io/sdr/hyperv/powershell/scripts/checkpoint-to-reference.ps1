# Gives a checkpoint's frozen data up and keeps its moment as a mark for change tracking. Done already gives the same mark.
param($a)
$system = System $a.vm
function Marks {
  Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemReferencePoint `
    -Association Msvm_ReferencePointOfVirtualSystem
}
$made = @(Records 'checkpoint' "$($a.token).mark.made")
if (-not $made.Count) {
  MayAct
  if (-not @(Records 'checkpoint' "$($a.token).mark").Count) {
    Publish 'checkpoint' "$($a.token).mark" (@(Marks | ForEach-Object { $_.InstanceID }) -join "`n")
  }
  $before = [IO.File]::ReadAllText(@(Records 'checkpoint' "$($a.token).mark")[0]) -split "`n"
  $snapshot = Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemSettingData `
    -Association Msvm_SnapshotOfVirtualSystem | Where-Object { $_.InstanceID -eq $a.checkpoint }
  if ($snapshot) {
    $service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualSystemSnapshotService
    MayAct
    Finish (Invoke-CimMethod -InputObject $service -MethodName ConvertToReferencePoint -Confirm:$false -Arguments @{
      AffectedSnapshot = $snapshot
    })
  }
  $new = @(Marks | Where-Object { $before -notcontains $_.InstanceID })
  if ($new.Count -ne 1) { Refuse 'CHECKPOINT_GONE' "$($new.Count) reference points came of snapshot $($a.checkpoint)" }
  Publish 'checkpoint' "$($a.token).mark.made" $new[0].InstanceID
  $made = @(Records 'checkpoint' "$($a.token).mark.made")
}
$id = [IO.File]::ReadAllText($made[0])
$mark = Marks | Where-Object { $_.InstanceID -eq $id }
if (-not $mark) { Refuse 'CHECKPOINT_GONE' "reference point $id was made of this checkpoint and is gone" }
@{
  reference = $id
  disks = @(Texts $mark.VirtualDiskIdentifiers)
  tracking = @(Texts $mark.ResilientChangeTrackingIdentifiers)
}
