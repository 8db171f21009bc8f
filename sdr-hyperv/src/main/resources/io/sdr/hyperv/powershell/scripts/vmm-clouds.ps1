# The clouds of VMM.
param($a)
$server = Vmm
@{
  clouds = @(Get-SCCloud -VMMServer $server | ForEach-Object { @{
    cloud = [string]$_.ID
    name = [string]$_.Name
  } })
}
