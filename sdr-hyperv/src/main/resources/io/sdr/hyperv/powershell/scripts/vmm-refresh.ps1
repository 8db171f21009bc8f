# Makes VMM look at a VM again, so that it knows what Hyper-V did. Nothing outside VMM's own memory changes.
param($a)
$server = Vmm
$v = Get-SCVirtualMachine -VMMServer $server -ID ([guid]$a.vmmId)
$v = Read-SCVirtualMachine -VM $v
@{
  vm = [string]$v.VMId
  host = [string](Value (Value $v 'VMHost') 'FQDN')
  status = [string](Value $v 'Status')
}
