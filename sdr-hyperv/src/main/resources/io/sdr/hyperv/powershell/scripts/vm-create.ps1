# Makes a VM without disks, off, for an item and a role, with these adapters, and locks it if told to. One that is there is taken as it
# is; one that an earlier try left half made is known by its first name and finished.
param($a)
$first = "sdr-$($a.item)-$($a.role)"
$tag = '^sdr:' + [regex]::Escape($a.item) + ':\d+:' + [regex]::Escape($a.role) + '$'
$all = @(Get-VM | Where-Object { $_.Name -ceq $first -or @(Tags $_ | Where-Object { $_ -cmatch $tag }).Count })
if ($all.Count -gt 1) { Refuse 'SEVERAL_TAGGED' "$($all.Count) VMs of this host are tagged for the item's $($a.role)" }
$v = $all | Select-Object -First 1
TellApart $null @($a.adapters | ForEach-Object { $_.name })
$switches = @{}
if (-not $v -or $v.Name -ceq $first) { $switches = FindSwitches @($a.adapters | ForEach-Object { $_.network }) }
if (-not $v) {
  MayAct
  $v = New-VM -Name $first -NoVHD -Generation ([int16]$a.generation) -MemoryStartupBytes ([int64]$a.memoryBytes) `
    -Path $a.folder -Confirm:$false
}
if ($v.Name -ceq $first) {
  MayAct
  Set-VM -VM $v -AutomaticStartAction Nothing -Notes "sdr:$($a.item):$($a.epoch):$($a.role)" -Confirm:$false
  NoteAddresses $v.Id $a.addresses
  if ($a.lock) { WriteVmNote 'lock' $v.Id "$($a.item) $($a.epoch)" }
  Set-VMProcessor -VM $v -Count ([int64]$a.processors) -Confirm:$false
  SetMemory $v
  if (-not (HasSecureBoot $v)) { SetSecureBoot $v }
  DropAdapters $v @($a.adapters | ForEach-Object { $_.name })
  foreach ($want in @($a.adapters)) {
    LinkAdapter (GiveAdapter $v $want.name $want.mac) $want.network $want.vlan $switches
  }
  Set-VM -VM $v -NewVMName $a.name -Confirm:$false
}
Seen $v.Id
