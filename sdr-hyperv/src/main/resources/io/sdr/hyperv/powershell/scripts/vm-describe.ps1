# What VMs are: size, firmware, adapters and disks. One that is not on this host is missing from the answer.
param($a)
$found = foreach ($id in $a.vms) {
  $v = LookVm $id
  if (-not $v) { continue }
  $secureBoot = $false
  $template = ''
  if ($v.Generation -eq 2) {
    $firmware = Get-VMFirmware -VM $v
    $secureBoot = [string]$firmware.SecureBoot -eq 'On'
    if ($secureBoot) { $template = [string](Value $firmware 'SecureBootTemplate') }
  }
  $memory = Get-VMMemory -VM $v
  @{
    vm = [string]$v.Id; name = [string]$v.Name; generation = [int]$v.Generation; version = [string]$v.Version
    processors = [int64]$v.ProcessorCount; memoryBytes = [int64]$memory.Startup
    dynamicMemory = [bool]$memory.DynamicMemoryEnabled; minimumBytes = [int64]$memory.Minimum
    maximumBytes = [int64]$memory.Maximum; secureBoot = $secureBoot; secureBootTemplate = $template; folder = [string]$v.Path
    clustered = [bool]$v.IsClustered; replicationMode = [string]$v.ReplicationMode; tags = @(Tags $v)
    adapters = @(Get-VMNetworkAdapter -VM $v | ForEach-Object {
      $vlan = Get-VMNetworkAdapterVlan -VMNetworkAdapter $_
      @{
        adapter = [string]$_.Id; name = [string]$_.Name; mac = [string]$_.MacAddress
        dynamicMac = [bool]$_.DynamicMacAddressEnabled; connected = IsConnected $_
        network = [string]$_.SwitchId; vlanMode = [string]$vlan.OperationMode; vlan = [int]$vlan.AccessVlanId
        addresses = @(Texts $_.IPAddresses)
      }
    })
    disks = @(Get-VMHardDiskDrive -VM $v | ForEach-Object {
      @{
        path = DiskPath $_; controllerType = [string]$_.ControllerType
        controllerNumber = [int]$_.ControllerNumber; controllerLocation = [int]$_.ControllerLocation
        passThrough = $null -ne $_.DiskNumber; shared = [bool]$_.SupportPersistentReservations
      }
    })
  }
}
@{ vms = @($found) }
