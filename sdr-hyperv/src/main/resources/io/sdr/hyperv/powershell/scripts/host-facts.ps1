# Facts of the host: clock, versions, modules, services, rights of this account, default folders.
param($a)
$os = Get-CimInstance -ClassName Win32_OperatingSystem
$computer = Get-CimInstance -ClassName Win32_ComputerSystem
$modules = @(Get-Module -ListAvailable -Name 'Hyper-V', 'FailoverClusters', 'VirtualMachineManager')
# Services that run, by their processes: a logon over the network, as by an SSH key, may ask the service control manager (Get-Service)
# only as an administrator.
$services = @{ vmms = 'vmms'; clussvc = 'ClusSvc'; vmmservice = 'SCVMMService' }
$running = @(Get-Process -Name @($services.Keys) -ErrorAction SilentlyContinue)
$me = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
$administrator = [Security.Principal.SecurityIdentifier]'S-1-5-32-544'
$hyperVAdministrator = [Security.Principal.SecurityIdentifier]'S-1-5-32-578'
$defaults = $null
if (@($modules | Where-Object { $_.Name -eq 'Hyper-V' }).Count) { $defaults = Get-VMHost }
ReadLives
@{
  host = [string]$computer.DNSHostName
  domain = [string]$computer.Domain
  domainJoined = [bool]$computer.PartOfDomain
  os = [string]$os.Caption
  build = [string]$os.BuildNumber
  powershell = [string]$PSVersionTable.PSVersion
  clock = [DateTime]::UtcNow.ToString('o')
  processors = [int64]$computer.NumberOfLogicalProcessors
  memoryBytes = [int64]$computer.TotalPhysicalMemory
  administrator = [bool]$me.IsInRole($administrator)
  hyperVAdministrator = [bool]$me.IsInRole($hyperVAdministrator)
  vmLog = $lives.ContainsKey('from')
  modules = @($modules | ForEach-Object { @{ name = [string]$_.Name; version = [string]$_.Version } })
  services = @($running | ForEach-Object { @{ name = [string]$services[$_.Name]; status = 'Running' } })
  vmFolder = [string](Value $defaults 'VirtualMachinePath')
  diskFolder = [string](Value $defaults 'VirtualHardDiskPath')
}
