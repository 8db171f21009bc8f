# What changed on a disk since a tracking id. Hyper-V answers for a part of the range at a time; this asks until the range is
# covered or there are many ranges, and says how far it came.
param($a)
$service = Get-CimInstance -Namespace $virt -ClassName Msvm_ImageManagementService
$offsets = New-Object -TypeName 'System.Collections.Generic.List[uint64]'
$lengths = New-Object -TypeName 'System.Collections.Generic.List[uint64]'
[uint64]$done = 0
while ($done -lt [uint64]$a.length -and $offsets.Count -lt [int]$a.most) {
  $r = Invoke-CimMethod -InputObject $service -MethodName GetVirtualDiskChanges -Confirm:$false -Arguments @{
    Path = [string]$a.path
    LimitId = [string]$a.since
    ByteOffset = [uint64]$a.offset + $done
    ByteLength = [uint64]$a.length - $done
  }
  Finish $r
  $processed = [uint64](Value $r 'ProcessedByteLength')
  if ($processed -eq 0) { Refuse 'TRACKING_STUCK' "no answer behind byte $([uint64]$a.offset + $done)" }
  foreach ($offset in (Value $r 'ChangedByteOffsets')) { $offsets.Add($offset) }
  foreach ($length in (Value $r 'ChangedByteLengths')) { $lengths.Add($length) }
  $done += $processed
}
@{ processedBytes = $done; offsets = $offsets.ToArray(); lengths = $lengths.ToArray() }
