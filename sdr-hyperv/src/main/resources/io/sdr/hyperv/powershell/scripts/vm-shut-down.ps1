# Asks the guest to shut down and returns at once. A guest that does not listen is told by GUEST_SILENT.
param($a)
$v = FindVm $a.vm
if ([string]$v.State -eq 'Running') {
  $guest = Get-CimInstance -Namespace $virt -ClassName Msvm_ShutdownComponent -Filter "SystemName = '$([guid]$a.vm)'"
  if (-not $guest) { Refuse 'GUEST_SILENT' "the guest of VM $($v.Id) offers no shutdown" }
  MayAct
  try {
    Finish (Invoke-CimMethod -InputObject $guest -MethodName InitiateShutdown -Confirm:$false -Arguments @{
      Force = $true
      Reason = 'failover'
    })
  } catch {
    # Where nobody in the guest listens, as while it boots, the method throws or refuses in several ways. OperationalStatus tells
    # (Msvm_ShutdownComponent): 2 and 3 are in contact.
    $now = Get-CimInstance -InputObject $guest -ErrorAction SilentlyContinue
    if (@(Value $now 'OperationalStatus')[0] -in 2, 3) { throw }
    Refuse 'GUEST_SILENT' "the guest of VM $($v.Id) does not answer: $($_.Exception.Message)"
  }
}
Seen $a.vm
