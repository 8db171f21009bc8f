# Freezes a VM's disks by a recovery snapshot (type 32768). The same token gives the same one: which snapshots were there before is
# written down first, and what came since is the token's.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationMode -ne 'None') { Refuse 'DRIVER_MISMATCH' "Hyper-V Replica carries VM $($v.Id)" }
$system = System $a.vm
function Frozen {
  Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemSettingData `
    -Association Msvm_SnapshotOfVirtualSystem |
    Where-Object { $_.VirtualSystemType -eq 'Microsoft:Hyper-V:Snapshot:Recovery' }
}
$made = @(Records 'checkpoint' "$($a.token).made")
if (-not $made.Count) {
  MayAct
  $begun = @(Records 'checkpoint' $a.token)
  if (-not $begun.Count) {
    Publish 'checkpoint' $a.token (@(Frozen | ForEach-Object { $_.InstanceID }) -join "`n")
    $begun = @(Records 'checkpoint' $a.token)
  }
  $before = [IO.File]::ReadAllText($begun[0]) -split "`n"
  $new = @(Frozen | Where-Object { $before -notcontains $_.InstanceID })
  if (-not $new.Count) {
    # 1: the guest's applications had finished writing; 2: as after a power cut.
    $level = 2
    if ($a.application) { $level = 1 }
    $class = Get-CimClass -Namespace $virt -ClassName Msvm_VirtualSystemSnapshotSettingData
    $settings = New-CimInstance -CimClass $class -ClientOnly -Confirm:$false -Property @{ ConsistencyLevel = [byte]$level }
    $service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualSystemSnapshotService
    $text = AsText $settings
    MayAct
    Finish (Invoke-CimMethod -InputObject $service -MethodName CreateSnapshot -Confirm:$false -Arguments @{
      AffectedSystem = $system
      SnapshotSettings = $text
      SnapshotType = [uint16]32768
    })
    $new = @(Frozen | Where-Object { $before -notcontains $_.InstanceID })
  }
  if ($new.Count -ne 1) { Refuse 'CHECKPOINT_UNCLEAR' "$($new.Count) recovery snapshots came since the token was begun" }
  Publish 'checkpoint' "$($a.token).made" $new[0].InstanceID
  $made = @(Records 'checkpoint' "$($a.token).made")
}
$id = [IO.File]::ReadAllText($made[0])
$snapshot = Frozen | Where-Object { $_.InstanceID -eq $id }
if (-not $snapshot) { Refuse 'CHECKPOINT_GONE' "snapshot $id was made for this token and is gone" }
@{ checkpoint = $id; time = Iso $snapshot.CreationTime }
