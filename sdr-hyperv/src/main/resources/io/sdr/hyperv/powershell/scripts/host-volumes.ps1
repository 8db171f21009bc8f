# Room on the host's volumes, with those that a cluster shares.
param($a)
$volumes = @(Get-CimInstance -ClassName Win32_Volume -Filter 'DriveType = 3')
@{
  volumes = @($volumes | ForEach-Object { @{
    path = [string]$_.Name
    label = [string]$_.Label
    fileSystem = [string]$_.FileSystem
    capacityBytes = [int64]$_.Capacity
    freeBytes = [int64]$_.FreeSpace
  } })
}
