# What Hyper-V measured of a VM's replication in its present monitoring interval.
param($a)
$v = FindVm $a.vm
$m = Measure-VMReplication -VM $v -ReplicationRelationshipType Simple
$latency = Value $m 'AverageReplicationLatency'
$latencySeconds = $null
if ($null -ne $latency) { $latencySeconds = [int64]([TimeSpan]$latency).TotalSeconds }
@{
  vm = [string]$v.Id
  health = [string](Value $m 'ReplicationHealth')
  since = Iso (Value $m 'MonitoringStartTime')
  lastReplication = Iso (Value $m 'LastReplicationTime')
  succeeded = [int64](Value $m 'SuccessfulReplicationCount')
  missed = [int64](Value $m 'MissedReplicationCount')
  errors = [int64](Value $m 'ReplicationErrors')
  pendingBytes = [int64](Value $m 'PendingReplicationSize')
  averageBytes = [int64](Value $m 'AverageReplicationSize')
  maximumBytes = [int64](Value $m 'MaximumReplicationSize')
  averageLatencySeconds = $latencySeconds
}
