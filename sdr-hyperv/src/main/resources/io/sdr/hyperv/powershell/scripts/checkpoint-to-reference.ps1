# Gives a checkpoint's frozen data up and keeps its moment as a mark for change tracking. Done already gives the same mark, known by the
# job that made it: backups make marks, too, and one of another moment would hide changes. Unknown, it is gone.
param($a)
$system = System $a.vm
$name = "$($a.token).mark"
function Marks {
  Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemReferencePoint `
    -Association Msvm_ReferencePointOfVirtualSystem
}
function Ours { @(OfJobs $name Msvm_VirtualSystemReferencePoint @(Marks | ForEach-Object { $_.InstanceID })) -ne '' }
$made = @(Records 'checkpoint' "$name.made")
if (-not $made.Count) {
  MayAct
  if (-not @(Records 'checkpoint' $name).Count) { Publish 'checkpoint' $name '' }
  $new = @(Ours)
  $snapshot = Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemSettingData `
    -Association Msvm_SnapshotOfVirtualSystem | Where-Object { $_.InstanceID -eq $a.checkpoint }
  if ($snapshot -and -not $new.Count) {
    $service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualSystemSnapshotService
    MayAct
    $result = Invoke-CimMethod -InputObject $service -MethodName ConvertToReferencePoint -Confirm:$false -Arguments @{
      AffectedSnapshot = $snapshot
    }
    NoteJob $name $result 'ResultingReferencePoint'
    Finish $result
    $new = @(Ours)
  }
  if ($new.Count -ne 1) { Refuse 'CHECKPOINT_GONE' "$($new.Count) reference points are known to be of snapshot $($a.checkpoint)" }
  Publish 'checkpoint' "$name.made" $new[0]
  $made = @(Records 'checkpoint' "$name.made")
}
$id = [IO.File]::ReadAllText($made[0])
$mark = Marks | Where-Object { $_.InstanceID -eq $id }
if (-not $mark) { Refuse 'CHECKPOINT_GONE' "reference point $id was made of this checkpoint and is gone" }
@{
  reference = $id
  disks = @(Texts $mark.VirtualDiskIdentifiers)
  tracking = @(Texts $mark.ResilientChangeTrackingIdentifiers)
}
