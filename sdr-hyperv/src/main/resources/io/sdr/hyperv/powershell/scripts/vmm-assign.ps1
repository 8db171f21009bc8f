# Puts a VM into a cloud. There already is done.
param($a)
$server = Vmm
$v = Get-SCVirtualMachine -VMMServer $server -ID ([guid]$a.vmmId)
if ([string](Value (Value $v 'Cloud') 'ID') -ne [string]$a.cloud) {
  $cloud = Get-SCCloud -VMMServer $server -ID ([guid]$a.cloud)
  MayAct
  $null = Set-SCVirtualMachine -VM $v -Cloud $cloud
  $v = Get-SCVirtualMachine -VMMServer $server -ID ([guid]$a.vmmId)
}
@{ vm = [string]$v.VMId; cloud = [string](Value (Value $v 'Cloud') 'ID') }
