# Makes a switch that reaches nothing outside itself, tagged. One with this tag is taken as it is.
param($a)
$found = Get-VMSwitch | Where-Object { @(Tags $_) -ccontains $a.tag } | Select-Object -First 1
if (-not $found) {
  $class = Get-CimClass -Namespace $virt -ClassName Msvm_VirtualEthernetSwitchSettingData
  $settings = New-CimInstance -CimClass $class -ClientOnly -Confirm:$false -Property @{
    ElementName = [string]$a.name
    Notes = [string[]]@([string]$a.tag)
  }
  $service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualEthernetSwitchManagementService
  $text = AsText $settings
  MayAct
  # No ports: neither the host nor a network card of it is connected.
  Finish (Invoke-CimMethod -InputObject $service -MethodName DefineSystem -Confirm:$false -Arguments @{ SystemSettings = $text })
  $found = Get-VMSwitch | Where-Object { @(Tags $_) -ccontains $a.tag } | Select-Object -First 1
}
@{ network = [string]$found.Id; name = [string]$found.Name; type = [string]$found.SwitchType }
