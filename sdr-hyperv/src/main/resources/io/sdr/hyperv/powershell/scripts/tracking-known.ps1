# Which of these tracking ids Hyper-V takes for a disk. An id belongs to one disk; asked about another one it is refused.
param($a)
$service = Get-CimInstance -Namespace $virt -ClassName Msvm_ImageManagementService
$known = foreach ($since in $a.since) {
  try {
    Finish (Invoke-CimMethod -InputObject $service -MethodName GetVirtualDiskChanges -Confirm:$false -Arguments @{
      Path = [string]$a.path
      LimitId = [string]$since
      ByteOffset = [uint64]0
      ByteLength = [uint64]$a.length
    })
    $since
  } catch {
    # Another disk's, or one that is forgotten.
    continue
  }
}
@{ known = @(Texts $known) }
