# Asks the guest to shut down and returns at once. A guest that does not listen is told by GUEST_SILENT.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -eq 'Running') {
  $guest = Get-CimInstance -Namespace $virt -ClassName Msvm_ShutdownComponent -Filter "SystemName = '$([guid]$a.vm)'"
  if (-not $guest) { Refuse 'GUEST_SILENT' "the guest of VM $($v.Id) offers no shutdown" }
  MayAct
  Finish (Invoke-CimMethod -InputObject $guest -MethodName InitiateShutdown -Confirm:$false -Arguments @{
    Force = $true
    Reason = 'failover'
  })
}
Seen $a.vm
