# VMM's latest jobs about an object, the newest first.
param($a)
$server = Vmm
$jobs = @(Find-SCJob -VMMServer $server -ObjectID ([guid]$a.vmmId) -MaxCount ([int]$a.most) -Recent)
@{
  jobs = @($jobs | ForEach-Object { @{
    job = [string]$_.ID
    name = [string](Value $_ 'Name')
    status = [string](Value $_ 'Status')
    error = [string](Value (Value $_ 'ErrorInfo') 'Code')
    started = Iso (Value $_ 'StartTime')
    ended = Iso (Value $_ 'EndTime')
  } })
}
