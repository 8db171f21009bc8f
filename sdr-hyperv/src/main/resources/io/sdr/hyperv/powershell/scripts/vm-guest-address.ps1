# Gives a running guest the addresses of an adapter through its integration services (4096: IPv4, 4097: IPv6, 4098: both).
param($a)
$system = System $a.vm
$settings = Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemSettingData `
  -Association Msvm_SettingsDefineState
$nic = Get-CimAssociatedInstance -InputObject $settings -ResultClassName Msvm_SyntheticEthernetPortSettingData |
  Where-Object { $_.ElementName -ceq $a.adapter } | Select-Object -First 1
if (-not $nic) { Refuse 'UNKNOWN_ADAPTER' "VM $($a.vm) has no adapter of this name" }
$guest = Get-CimAssociatedInstance -InputObject $nic -ResultClassName Msvm_GuestNetworkAdapterConfiguration
$guest.DHCPEnabled = $false
$guest.ProtocolIFType = [uint16]$a.protocol
$guest.IPAddresses = [string[]]@($a.addresses)
$guest.Subnets = [string[]]@($a.subnets)
$guest.DefaultGateways = [string[]]@($a.gateways)
$guest.DNSServers = [string[]]@($a.dnsServers)
$service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualSystemManagementService
$text = AsText $guest
MayAct
Finish (Invoke-CimMethod -InputObject $service -MethodName SetGuestNetworkAdapterConfiguration -Confirm:$false -Arguments @{
  ComputerSystem = $system
  NetworkConfiguration = [string[]]@($text)
})
@{ vm = [string]$a.vm; adapter = [string]$nic.ElementName }
