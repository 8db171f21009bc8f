# Writes the item's line into a VM's notes, in place of an older one; what others wrote there stays.
param($a)
$v = FindVm $a.vm
$mark = "sdr:$($a.item):"
$lines = @()
if ($v.Notes) { $lines = @($v.Notes -split '\r?\n' | Where-Object { -not $_.StartsWith($mark, 'Ordinal') }) }
$notes = ($lines + "$mark$($a.epoch):$($a.role)") -join "`r`n"
if ([string]$v.Notes -cne $notes) {
  MayAct
  Set-VM -VM $v -Notes $notes -Confirm:$false
}
Seen $a.vm
