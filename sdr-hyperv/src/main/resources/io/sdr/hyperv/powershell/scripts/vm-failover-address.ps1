# Sets the IPv4 address that Hyper-V Replica gives an adapter's guest when it fails over, or clears it.
param($a)
$v = FindVm $a.vm
$nic = Get-VMNetworkAdapter -VM $v | Where-Object { $_.Name -ceq $a.adapter } | Select-Object -First 1
if (-not $nic) { Refuse 'UNKNOWN_ADAPTER' "VM $($v.Id) has no adapter of this name" }
$set = @{ VMNetworkAdapter = $nic; Confirm = $false }
if ($null -eq $a.address) {
  $set.ClearFailoverIPv4Settings = $true
} else {
  $set.IPv4Address = [string]$a.address
  $set.IPv4SubnetMask = [string]$a.mask
  if ($null -ne $a.gateway) { $set.IPv4DefaultGateway = [string]$a.gateway }
  if (@($a.dnsServers).Count -gt 0) { $set.IPv4PreferredDNSServer = [string]$a.dnsServers[0] }
  if (@($a.dnsServers).Count -gt 1) { $set.IPv4AlternateDNSServer = [string]$a.dnsServers[1] }
}
MayAct
Set-VMNetworkAdapterFailoverConfiguration @set
$now = Get-VMNetworkAdapterFailoverConfiguration -VMNetworkAdapter $nic
@{ vm = [string]$v.Id; adapter = [string]$nic.Name; address = [string](Value $now 'IPv4Address') }
