# Deletes a VM that was made for an item and a role; its disk files stay. Missing is done.
param($a)
$v = LookVm $a.vm
if ($v) {
  $tag = '^sdr:' + [regex]::Escape($a.item) + ':\d+:' + [regex]::Escape($a.role) + '$'
  if (-not @(Tags $v | Where-Object { $_ -cmatch $tag }).Count) { Refuse 'NOT_TAGGED' "VM $($v.Id) was not made for this" }
  if ([string]$v.State -ne 'Off') { Refuse 'VM_RUNNING' "VM $($v.Id) is $($v.State)" }
  MayAct
  Remove-VM -VM $v -Force -Confirm:$false
}
@{ vm = [string]$a.vm; deleted = $true }
