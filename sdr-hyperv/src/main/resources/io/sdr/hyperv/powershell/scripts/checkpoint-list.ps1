# Recovery snapshots and reference points of a VM, and what this library made of them.
param($a)
$system = System $a.vm
$snapshots = @(Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemSettingData `
  -Association Msvm_SnapshotOfVirtualSystem |
  Where-Object { $_.VirtualSystemType -eq 'Microsoft:Hyper-V:Snapshot:Recovery' })
$references = @(Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemReferencePoint `
  -Association Msvm_ReferencePointOfVirtualSystem)
$made = @(Records 'checkpoint' '*' | Where-Object { -not $_.EndsWith('.part') })
@{
  checkpoints = @($snapshots | ForEach-Object { [string]$_.InstanceID })
  references = @($references | ForEach-Object { @{
    reference = [string]$_.InstanceID
    type = [int]$_.ReferencePointType
    disks = @(Texts $_.VirtualDiskIdentifiers)
    tracking = @(Texts $_.ResilientChangeTrackingIdentifiers)
  } })
  made = @($made | ForEach-Object { @{
    name = [IO.Path]::GetFileName($_)
    made = [IO.File]::ReadAllText($_)
  } })
}
