# Makes an empty disk file, or with a parent an empty layer over it. One of this name, size and parent is taken as it is.
param($a)
if (-not [IO.File]::Exists($a.path)) {
  MayAct
  if ($null -ne $a.parent) {
    $null = New-VHD -Path $a.path -ParentPath $a.parent -Differencing -Confirm:$false
  } else {
    $null = New-VHD -Path $a.path -SizeBytes ([uint64]$a.sizeBytes) -Dynamic -BlockSizeBytes ([uint32]$a.blockBytes) `
      -LogicalSectorSizeBytes ([uint32]$a.sectorBytes) -Confirm:$false
  }
}
$d = Get-VHD -Path $a.path
$parent = [string]$d.ParentPath
if ($parent -ne [string]$a.parent -or ($null -eq $a.parent -and [uint64]$d.Size -ne [uint64]$a.sizeBytes)) {
  Refuse 'DISK_DIFFERS' "the file is there with parent '$parent' and $($d.Size) bytes"
}
@{ path = [string]$d.Path; parent = $parent; sizeBytes = [int64]$d.Size; diskId = [string]$d.DiskIdentifier }
