# Freezes a VM's disks by a recovery snapshot (type 32768). The same token gives the same one, known by the job that made it: backups
# make such snapshots, too. One that came since, while it is not known what became of a job, is neither taken nor joined by another.
# Level 1: the guest's applications had finished writing; 2: as after a power cut, which is taken where the first cannot be had.
param($a)
$v = FindVm $a.vm
if ([string]$v.ReplicationMode -ne 'None') { Refuse 'DRIVER_MISMATCH' "Hyper-V Replica carries VM $($v.Id)" }
$system = System $a.vm
function Noted([string]$Name) { Records 'checkpoint' "$($a.token).$Name" }
function Frozen {
  Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemSettingData `
    -Association Msvm_SnapshotOfVirtualSystem |
    Where-Object { $_.VirtualSystemType -eq 'Microsoft:Hyper-V:Snapshot:Recovery' }
}
function Ours { OfJobs $a.token Msvm_VirtualSystemSettingData @(Frozen | ForEach-Object { $_.InstanceID }) }
function Freeze([int]$Level) {
  $class = Get-CimClass -Namespace $virt -ClassName Msvm_VirtualSystemSnapshotSettingData
  $how = @{ ConsistencyLevel = [byte]$Level }
  # A copy (2) is no backup to the guest's applications: a full one would shorten their logs and become the base of the differential
  # backups that somebody else takes. Windows Server 2016 cannot be asked for it (Msvm_VirtualSystemSnapshotSettingData).
  if (@($class.CimClassProperties | Where-Object { $_.Name -eq 'GuestBackupType' }).Count) { $how.GuestBackupType = [byte]2 }
  $settings = New-CimInstance -CimClass $class -ClientOnly -Confirm:$false -Property $how
  $service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualSystemSnapshotService
  MayAct
  if (-not @(Noted 'asked').Count) { Publish 'checkpoint' "$($a.token).asked" '' }
  $result = Invoke-CimMethod -InputObject $service -MethodName CreateSnapshot -Confirm:$false -Arguments @{
    AffectedSystem = $system; SnapshotSettings = (AsText $settings); SnapshotType = [uint16]32768
  }
  NoteJob $a.token $result 'ResultingSnapshot'
  [IO.File]::Delete(@(Noted 'asked')[0])
  Finish $result
}
if (-not @(Noted 'made').Count) {
  MayAct
  if (-not @(Records 'checkpoint' $a.token).Count) {
    Publish 'checkpoint' $a.token (@(Frozen | ForEach-Object { $_.InstanceID }) -join "`n")
  }
  $before = [IO.File]::ReadAllText(@(Records 'checkpoint' $a.token)[0]) -split "`n"
  $fresh = @(Frozen | ForEach-Object { $_.InstanceID } | Where-Object { $before -notcontains $_ })
  $jobs = @(Ours)
  $unknown = $jobs -contains '' -or @(Noted 'asked').Count
  if ($unknown -and $fresh.Count -and -not @($jobs -ne '').Count) { Refuse 'CHECKPOINT_UNCLEAR' "nobody knows who made $fresh" }
  if (-not $jobs.Count -and $a.application -and [string]$v.State -eq 'Running') {
    try { Freeze 1 } catch { if ($_.Exception.Data['SdrCode']) { throw } }
    $jobs = @(Ours)
    if (@($jobs -ne '').Count -and -not @(Noted 'level').Count) { Publish 'checkpoint' "$($a.token).level" 'application' }
  }
  if (-not @($jobs -ne '').Count) { Freeze 2 }
  $new = @(@(Ours) -ne '')
  if ($new.Count -ne 1) { Refuse 'CHECKPOINT_UNCLEAR' "$($new.Count) recovery snapshots are known to be this token's" }
  Publish 'checkpoint' "$($a.token).made" $new[0]
}
$id = [IO.File]::ReadAllText(@(Noted 'made')[0])
$snapshot = Frozen | Where-Object { $_.InstanceID -eq $id }
if (-not $snapshot) { Refuse 'CHECKPOINT_GONE' "snapshot $id was made for this token and is gone" }
@{ checkpoint = $id; time = Iso $snapshot.CreationTime; application = @(Noted 'level').Count -gt 0 }
