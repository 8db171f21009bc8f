# VM networks and their subnets.
param($a)
$server = Vmm
@{
  networks = @(Get-SCVMNetwork -VMMServer $server | ForEach-Object {
    $network = $_
    @{
      network = [string]$network.ID
      name = [string]$network.Name
      logicalNetwork = [string](Value (Value $network 'LogicalNetwork') 'Name')
      subnets = @(Get-SCVMSubnet -VMMServer $server -VMNetwork $network | ForEach-Object { @{
        subnet = [string]$_.ID
        name = [string]$_.Name
        vlans = @(foreach ($vlan in (Value $_ 'SubnetVLans')) { @{
          cidr = [string](Value $vlan 'Subnet')
          vlan = [int](Value $vlan 'VLanID')
        } })
      } })
    }
  })
}
