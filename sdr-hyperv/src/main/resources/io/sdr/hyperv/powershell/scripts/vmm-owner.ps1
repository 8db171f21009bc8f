# Where VMM has VMs, known by their ids in VMM: as fresh as VMM's last look. One that VMM has no more is missing from the answer.
param($a)
$server = Vmm
$found = foreach ($id in $a.vmmIds) {
  $v = Get-SCVirtualMachine -VMMServer $server -ID ([guid]$id)
  if (-not $v) { continue }
  @{
    vm = [string]$v.VMId
    vmmId = [string]$v.ID
    name = [string]$v.Name
    host = [string](Value (Value $v 'VMHost') 'FQDN')
    cloud = [string](Value (Value $v 'Cloud') 'ID')
  }
}
@{ vms = @($found) }
