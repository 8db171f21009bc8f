# Makes a VM without disks and adapters, off, for an item and a role. One that is there is taken as it is; one that an earlier try
# left half made is known by its first name and finished.
param($a)
$first = "sdr-$($a.item)-$($a.role)"
$tag = '^sdr:' + [regex]::Escape($a.item) + ':\d+:' + [regex]::Escape($a.role) + '$'
$all = @(Get-VM | Where-Object { $_.Name -ceq $first -or @(Tags $_ | Where-Object { $_ -cmatch $tag }).Count })
if ($all.Count -gt 1) { Refuse 'SEVERAL_TAGGED' "$($all.Count) VMs of this host are tagged for the item's $($a.role)" }
$v = $all | Select-Object -First 1
if (-not $v) {
  MayAct
  $v = New-VM -Name $first -NoVHD -Generation ([int16]$a.generation) -MemoryStartupBytes ([int64]$a.memoryBytes) `
    -Path $a.folder -Confirm:$false
}
if ($v.Name -ceq $first) {
  MayAct
  Get-VMNetworkAdapter -VM $v | Remove-VMNetworkAdapter -Confirm:$false
  Set-VMProcessor -VM $v -Count ([int64]$a.processors) -Confirm:$false
  Set-VM -VM $v -AutomaticStartAction Nothing -StaticMemory -Notes "sdr:$($a.item):$($a.epoch):$($a.role)" -Confirm:$false
  if ([int]$a.generation -eq 2) {
    $secureBoot = 'Off'
    if ($a.secureBoot) { $secureBoot = 'On' }
    Set-VMFirmware -VM $v -EnableSecureBoot $secureBoot -Confirm:$false
  }
  Set-VM -VM $v -NewVMName $a.name -Confirm:$false
}
Seen $v.Id
