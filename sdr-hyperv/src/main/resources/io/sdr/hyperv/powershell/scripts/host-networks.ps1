# The switches to which VMs of this host can be connected. Tagged ones were made by this library.
param($a)
@{
  networks = @(Get-VMSwitch | ForEach-Object { @{
    network = [string]$_.Id
    name = [string]$_.Name
    type = [string]$_.SwitchType
    tags = @(Tags $_)
  } })
}
