# The firewall's own rules for Hyper-V Replica. Known by id: their names are in the host's language.
param($a)
$rules = @(Get-CimInstance -Namespace 'root\StandardCimv2' -ClassName MSFT_NetFirewallRule -Filter "InstanceID LIKE 'VIRT-HVR%'")
@{
  rules = @($rules | ForEach-Object { @{
    rule = [string]$_.InstanceID
    enabled = [int]$_.Enabled -eq 1
    allows = [int]$_.Action -eq 2
  } })
}
