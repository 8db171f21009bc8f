# What disk files are. Attached ones answer too.
param($a)
@{
  disks = @($a.paths | ForEach-Object {
    if (-not [IO.File]::Exists($_)) { Refuse 'DISK_MISSING' "the disk $_ is not there" }
    $d = Get-VHD -Path $_
    @{
      path = [string]$d.Path; format = [string]$d.VhdFormat; type = [string]$d.VhdType
      sizeBytes = [int64]$d.Size; fileBytes = [int64]$d.FileSize; blockBytes = [int64]$d.BlockSize
      sectorBytes = [int]$d.LogicalSectorSize; parent = [string]$d.ParentPath; diskId = [string]$d.DiskIdentifier
      attached = [bool]$d.Attached
    }
  })
}
