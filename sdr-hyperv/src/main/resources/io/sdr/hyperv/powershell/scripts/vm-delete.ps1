# Deletes a VM that was made for an item and a role; its disk files stay. One that is not on this host may be on another one.
param($a)
$v = FindVm $a.vm
$tag = '^sdr:' + [regex]::Escape($a.item) + ':\d+:' + [regex]::Escape($a.role) + '$'
if (-not @(Tags $v | Where-Object { $_ -cmatch $tag }).Count) { Refuse 'NOT_TAGGED' "VM $($v.Id) was not made for this" }
if ([string]$v.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
MayAct
Remove-VM -VM $v -Force -Confirm:$false
DropVmNotes $v.Id
@{ vm = [string]$a.vm; deleted = $true }
