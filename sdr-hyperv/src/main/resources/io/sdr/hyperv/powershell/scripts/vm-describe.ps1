# What VMs are: size, firmware, adapters and disks. One that is not on this host is missing from the answer.
param($a)
$found = foreach ($id in $a.vms) {
  $v = LookVm $id
  if (-not $v) { continue }
  $secureBoot = $false
  if ($v.Generation -eq 2) { $secureBoot = [string](Get-VMFirmware -VM $v).SecureBoot -eq 'On' }
  $memory = Get-VMMemory -VM $v
  @{
    vm = [string]$v.Id; name = [string]$v.Name; generation = [int]$v.Generation; version = [string]$v.Version
    processors = [int64]$v.ProcessorCount; memoryBytes = [int64]$memory.Startup
    dynamicMemory = [bool]$memory.DynamicMemoryEnabled; secureBoot = $secureBoot; folder = [string]$v.Path
    clustered = [bool]$v.IsClustered; replicationMode = [string]$v.ReplicationMode; tags = @(Tags $v)
    adapters = @(Get-VMNetworkAdapter -VM $v | ForEach-Object {
      $vlan = Get-VMNetworkAdapterVlan -VMNetworkAdapter $_
      @{
        adapter = [string]$_.Id; name = [string]$_.Name; mac = [string]$_.MacAddress
        dynamicMac = [bool]$_.DynamicMacAddressEnabled; connected = [bool]$_.Connected
        network = [string]$_.SwitchId; vlanMode = [string]$vlan.OperationMode; vlan = [int]$vlan.AccessVlanId
        addresses = @(Texts $_.IPAddresses)
      }
    })
    disks = @(Get-VMHardDiskDrive -VM $v | ForEach-Object {
      $disk = $null
      if ($_.Path -and $null -eq $_.DiskNumber) { $disk = Get-VHD -Path $_.Path }
      @{
        path = [string]$_.Path; controllerType = [string]$_.ControllerType
        controllerNumber = [int]$_.ControllerNumber; controllerLocation = [int]$_.ControllerLocation
        passThrough = $null -ne $_.DiskNumber; shared = [bool]$_.SupportPersistentReservations
        format = [string](Value $disk 'VhdFormat'); sizeBytes = Value $disk 'Size'
      }
    })
  }
}
@{ vms = @($found) }
