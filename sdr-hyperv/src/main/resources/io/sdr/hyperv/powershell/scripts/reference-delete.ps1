# Gives a mark of change tracking up. Missing is done.
param($a)
$system = System $a.vm
$mark = Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemReferencePoint `
  -Association Msvm_ReferencePointOfVirtualSystem | Where-Object { $_.InstanceID -eq $a.reference }
if ($mark) {
  $service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualSystemReferencePointService
  MayAct
  Finish (Invoke-CimMethod -InputObject $service -MethodName DestroyReferencePoint -Confirm:$false -Arguments @{
    AffectedReferencePoint = $mark
  })
}
Forget $a.reference
@{ reference = [string]$a.reference; deleted = $true }
