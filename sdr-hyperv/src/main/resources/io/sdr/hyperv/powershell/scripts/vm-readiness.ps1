# Whatever of a VM would stop protection: saved state, checkpoints, pass-through and shared disks, shielding, guest services.
param($a)
$v = FindVm $a.vm
$security = Get-VMSecurity -VM $v
$services = @(Get-VMIntegrationService -VM $v)
$snapshots = @(Get-VMSnapshot -VM $v)
$disks = @(Get-VMHardDiskDrive -VM $v)
@{
  vm = [string]$v.Id
  name = [string]$v.Name
  state = [string]$v.State
  version = [string]$v.Version
  checkpointType = [string]$v.CheckpointType
  replicationMode = [string]$v.ReplicationMode
  shielded = [bool](Value $security 'Shielded')
  tpm = [bool](Value $security 'TpmEnabled')
  guestServices = @($services | ForEach-Object { @{ service = [string]$_.Id; enabled = [bool]$_.Enabled } })
  snapshots = @($snapshots | ForEach-Object { @{ snapshot = [string]$_.Id; type = [string]$_.SnapshotType } })
  disks = @($disks | ForEach-Object { @{
    path = [string]$_.Path
    passThrough = $null -ne $_.DiskNumber
    shared = [bool]$_.SupportPersistentReservations
  } })
}
