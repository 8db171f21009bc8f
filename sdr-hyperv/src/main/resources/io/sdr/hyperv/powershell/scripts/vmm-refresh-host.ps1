# Makes VMM look at a host again, so that it knows VMs that are new there.
param($a)
$server = Vmm
$h = Get-SCVMHost -VMMServer $server -ID ([guid]$a.host)
$null = Read-SCVMHost -VMHost $h
$null = Read-SCVirtualMachine -VMHost $h
@{ host = [string]$h.ID; name = [string]$h.FQDN }
