# Sets the address that Hyper-V Replica gives an adapter's guest when it fails over, or clears both kinds.
param($a)
$v = FindVm $a.vm
$nic = Get-VMNetworkAdapter -VM $v | Where-Object { $_.Name -ceq $a.adapter } | Select-Object -First 1
if (-not $nic) { Refuse 'UNKNOWN_ADAPTER' "VM $($v.Id) has no adapter of this name" }
$set = @{ VMNetworkAdapter = $nic; Confirm = $false }
$servers = @(Texts $a.dnsServers)
if ($null -eq $a.address) {
  $set.ClearFailoverIPv4Settings = $true
  $set.ClearFailoverIPv6Settings = $true
} elseif ($a.ipv6) {
  $set.IPv6Address = [string]$a.address
  $set.IPv6SubnetPrefixLength = [int]$a.prefixLength
  if ($null -ne $a.gateway) { $set.IPv6DefaultGateway = [string]$a.gateway }
  if ($servers.Count -gt 0) { $set.IPv6PreferredDNSServer = $servers[0] }
  if ($servers.Count -gt 1) { $set.IPv6AlternateDNSServer = $servers[1] }
} else {
  $set.IPv4Address = [string]$a.address
  $set.IPv4SubnetMask = [string]$a.mask
  if ($null -ne $a.gateway) { $set.IPv4DefaultGateway = [string]$a.gateway }
  if ($servers.Count -gt 0) { $set.IPv4PreferredDNSServer = $servers[0] }
  if ($servers.Count -gt 1) { $set.IPv4AlternateDNSServer = $servers[1] }
}
MayAct
Set-VMNetworkAdapterFailoverConfiguration @set
$now = Get-VMNetworkAdapterFailoverConfiguration -VMNetworkAdapter $nic
@{
  vm = [string]$v.Id
  adapter = [string]$nic.Name
  ipv4Address = [string](Value $now 'IPv4Address')
  ipv6Address = [string](Value $now 'IPv6Address')
}
