# Stands behind the first line, param($a), of every script of the catalogue. Windows PowerShell 5.1 and newer.
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
$ConfirmPreference = 'None'
$virt = 'root\virtualization\v2'

# Ends the script with a code of this library.
function Refuse([string]$Code, [string]$Text) {
  $e = New-Object -TypeName System.InvalidOperationException -ArgumentList $Text
  $e.Data['SdrCode'] = $Code
  throw $e
}

# Ends the script with the number that a WMI method or job gave.
function Fault($Number, [string]$Text) {
  $e = New-Object -TypeName System.InvalidOperationException -ArgumentList $Text
  $e.Data['SdrNumber'] = [int64]$Number
  throw $e
}

# The item's files in one folder of the catalogue. Fails where the catalogue is missing; an item without files has none.
function Records([string]$Folder, [string]$Name) {
  foreach ($item in [IO.Directory]::GetDirectories($a.catalogue, $a.item)) {
    foreach ($records in [IO.Directory]::GetDirectories($item, $Folder)) { [IO.Directory]::GetFiles($records, $Name) }
  }
}

# Writes such a file whole: flushed under another name, then moved, which fails where the name exists.
function Publish([string]$Folder, [string]$Name, [string]$Text) {
  $records = Join-Path -Path (Join-Path -Path $a.catalogue -ChildPath $a.item) -ChildPath $Folder
  $null = [IO.Directory]::CreateDirectory($records)
  $part = Join-Path -Path $records -ChildPath ([guid]::NewGuid().ToString('N') + '.part')
  $bytes = (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false).GetBytes($Text)
  $file = [IO.File]::Open($part, 'CreateNew', 'Write', 'None')
  try { $file.Write($bytes, 0, $bytes.Length); $file.Flush($true) } finally { $file.Dispose() }
  try { [IO.File]::Move($part, (Join-Path -Path $records -ChildPath $Name)) } finally { [IO.File]::Delete($part) }
}

# Deletes what was written down of a checkpoint or a mark that is given up; what was begun first, so that nothing is taken up again.
function Forget([string]$Id) {
  foreach ($record in @(Records 'checkpoint' '*.made')) {
    if ([IO.File]::ReadAllText($record) -ne $Id) { continue }
    MayAct
    $begun = $record -replace '(\.mark)?\.made$', ''
    foreach ($file in "$begun.mark", $begun, "$begun.mark.made", "$begun.made") { [IO.File]::Delete($file) }
  }
}

# Stands just before every change: it must not be too late by this host's clock, and nobody may have decided since.
function MayAct {
  $now = [int64]([DateTime]::UtcNow - [DateTime]'1970-01-01').TotalMilliseconds
  if ($now -gt [int64]$a.notAfter) { Refuse 'TOO_LATE' "attempt $($a.attempt) is $($now - [int64]$a.notAfter) ms late" }
  foreach ($record in @(Records 'epoch' '*')) {
    $name = [IO.Path]::GetFileName($record)
    if ($name -match '^\d{1,18}$' -and [int64]$name -gt [int64]$a.epoch) {
      Refuse 'STALE_EPOCH' "epoch $name was decided, attempt $($a.attempt) belongs to $($a.epoch)"
    }
  }
}

# A VM by its id, or null. What is not found is looked for in the whole list: that fails where this account may not look.
function LookVm($Id) {
  $v = Get-VM -Id ([guid]$Id) -ErrorAction SilentlyContinue
  if (-not $v) { $v = Get-VM | Where-Object { $_.Id -eq [guid]$Id } }
  if ($v) { return $v }
  return $null
}

function FindVm($Id) {
  $v = LookVm $Id
  if (-not $v) { Refuse 'UNKNOWN_VM' "VM $Id is not on this host" }
  return $v
}

# The lines of a VM's notes that belong to this library: sdr:<item>:<epoch>:<role>.
function Tags($Vm) { ([string]$Vm.Notes) -split '\r?\n' | Where-Object { $_ -like 'sdr:*' } }

function Iso($Time) {
  if ($null -eq $Time) { return $null }
  return ([DateTime]$Time).ToUniversalTime().ToString('o')
}

# Elements as texts; none where there is no list.
function Texts($List) { foreach ($each in $List) { [string]$each } }

# A property that not every version of the module has.
function Value($From, [string]$Name) {
  if ($null -ne $From -and $From.PSObject.Properties[$Name]) { return $From.PSObject.Properties[$Name].Value }
  return $null
}

# What is seen of a VM.
function Seen($Id) {
  $v = FindVm $Id
  $locks = @(Records 'lock' ([string]$v.Id))
  @{
    vm = [string]$v.Id; name = [string]$v.Name; state = [string]$v.State; heartbeat = [string]$v.Heartbeat
    uptimeMillis = [int64]$v.Uptime.TotalMilliseconds; clock = [DateTime]::UtcNow.ToString('o')
    automaticStart = [string]$v.AutomaticStartAction; locked = $locks.Count -gt 0
    clustered = [bool]$v.IsClustered; tags = @(Tags $v)
    disks = @(Get-VMHardDiskDrive -VM $v | ForEach-Object { @{
      path = [string]$_.Path; controllerType = [string]$_.ControllerType
      controllerNumber = [int]$_.ControllerNumber; controllerLocation = [int]$_.ControllerLocation
    } })
  }
}

# What is seen of a VM's Hyper-V Replica.
function Replicated($Id) {
  $v = FindVm $Id
  $r = $null
  if ([string]$v.ReplicationMode -ne 'None') { $r = Get-VMReplication -VM $v -ReplicationRelationshipType Simple }
  @{
    vm = [string]$v.Id; power = [string]$v.State; mode = [string]$v.ReplicationMode
    state = [string]$v.ReplicationState; health = [string]$v.ReplicationHealth; clock = [DateTime]::UtcNow.ToString('o')
    primaryServer = [string](Value $r 'PrimaryServerName'); replicaServer = [string](Value $r 'ReplicaServerName')
    lastReplication = Iso (Value $r 'LastReplicationTime')
  }
}

# The test VMs of a replica: Hyper-V names them after it, and nothing else tells whose they are.
function TestVms($Vm) {
  Get-VM | Where-Object { [string]$_.ReplicationMode -eq 'TestReplica' -and $_.Name -ceq "$($Vm.Name) - Test" }
}

# A VM as WMI knows it.
function System($Id) {
  $s = Get-CimInstance -Namespace $virt -ClassName Msvm_ComputerSystem -Filter "Name = '$([guid]$Id)'"
  if (-not $s) { Refuse 'UNKNOWN_VM' "VM $Id is not on this host" }
  return $s
}

# An instance in the text form that WMI methods take (MI's CimXml).
function AsText($Instance) {
  $s = [Microsoft.Management.Infrastructure.Serialization.CimSerializer]::Create()
  $none = [Microsoft.Management.Infrastructure.Serialization.InstanceSerializationOptions]::None
  return [Text.Encoding]::Unicode.GetString($s.Serialize($Instance, $none))
}

# Waits for what a WMI method began: 0 done, 4096 a job was started (CIM_ConcreteJob: state 7 completed, above it failed). The
# services of snapshots and switches count their errors from 1, the others from 32768; the second numbers are used here.
function Finish($Result) {
  if ($Result.ReturnValue -eq 0) { return }
  if ($Result.ReturnValue -ne 4096) {
    $known = @{ 1 = 32770; 2 = 32768; 3 = 32772; 4 = 32773; 5 = 32775; 6 = 32776 }
    $number = [int]$Result.ReturnValue
    if ($known.ContainsKey($number)) { $number = $known[$number] }
    Fault $number 'the method refused'
  }
  $job = Get-CimInstance -InputObject $Result.Job
  while ($job.JobState -lt 7) {
    Start-Sleep -Milliseconds 250
    $job = Get-CimInstance -InputObject $job
  }
  if ($job.JobState -notin 7, 32768) { Fault $job.ErrorCode "the job ended in state $($job.JobState)" }
}

# The connection to VMM, on whose server the script runs.
function Vmm {
  Import-Module -Name VirtualMachineManager
  return Get-SCVMMServer -ComputerName $a.server
}
