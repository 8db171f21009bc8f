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

# Forces a file with its name: what forced it under its name before did not force the move.
function Harden([string]$Path) {
  $file = [IO.File]::Open($Path, 'Open', 'ReadWrite', 'ReadWrite')
  try { $file.Flush($true) } finally { $file.Dispose() }
}

# Writes a new file, forced.
function WriteNew([string]$Path, [string]$Text) {
  $bytes = (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false).GetBytes($Text)
  $file = [IO.File]::Open($Path, 'CreateNew', 'Write', 'None')
  try { $file.Write($bytes, 0, $bytes.Length); $file.Flush($true) } finally { $file.Dispose() }
}

# Writes such a file whole: forced under another name, then moved, which fails where the name exists.
function Publish([string]$Folder, [string]$Name, [string]$Text) {
  $records = Join-Path -Path (Join-Path -Path $a.catalogue -ChildPath $a.item) -ChildPath $Folder
  $null = [IO.Directory]::CreateDirectory($records)
  $part = Join-Path -Path $records -ChildPath ([guid]::NewGuid().ToString('N') + '.part')
  WriteNew $part $Text
  $target = Join-Path -Path $records -ChildPath $Name
  try { [IO.File]::Move($part, $target) } finally { [IO.File]::Delete($part) }
  Harden $target
}

# Deletes what was written down of a checkpoint or a mark that is given up; what was begun first, so that nothing is taken up again.
function Forget([string]$Id) {
  foreach ($record in @(Records 'checkpoint' '*.made')) {
    if ([IO.File]::ReadAllText($record) -ne $Id) { continue }
    MayAct
    $begun = $record -replace '(\.mark)?\.made$', ''
    $jobs = @(Records 'checkpoint' "$([IO.Path]::GetFileName($begun)).*job*")
    foreach ($file in @("$begun.mark", "$begun.asked") + $jobs + @($begun, "$begun.mark.made", "$begun.level", "$begun.made")) {
      [IO.File]::Delete($file)
    }
  }
}

# A note of this library about a VM, whatever item it belongs to: lock, it must not be started; stop, when it was last said to be off;
# boot, its start action, delay and priority in the cluster before they were taken away; disks, what its disks are called, a line
# "name path" for each; addresses, what its guest gets when it starts, for each adapter a line "protocol address subnet gateway servers
# adapter", - for none; unaddressed, the lines of them that the last start could not hand over.
function VmNote([string]$Kind, $Id) { Join-Path -Path (Join-Path -Path $a.catalogue -ChildPath $Kind) -ChildPath ([string]$Id) }

# Written whole, as records are: one that was cut short would say something else.
function WriteVmNote([string]$Kind, $Id, [string]$Text) {
  $null = [IO.Directory]::CreateDirectory((Join-Path -Path $a.catalogue -ChildPath $Kind))
  $note = VmNote $Kind $Id
  $part = "$note." + [guid]::NewGuid().ToString('N') + '.part'
  WriteNew $part $Text
  if ([IO.File]::Exists($note)) { [IO.File]::Replace($part, $note, [NullString]::Value) } else { [IO.File]::Move($part, $note) }
  Harden $note
}

# Deletes what is noted about a VM that is deleted. A kind of which nothing was ever noted here has no folder.
function DropVmNotes($Id) {
  foreach ($kind in 'lock', 'stop', 'boot', 'disks', 'addresses', 'unaddressed') {
    if ([IO.File]::Exists((VmNote $kind $Id))) { [IO.File]::Delete((VmNote $kind $Id)) }
  }
}

# The lines of such a note; none where there is no note.
function VmNoteLines([string]$Kind, $Id) {
  if ([IO.File]::Exists((VmNote $Kind $Id))) { [IO.File]::ReadAllLines((VmNote $Kind $Id)) }
}

function DropVmNote([string]$Kind, $Id) {
  if ([IO.File]::Exists((VmNote $Kind $Id))) { [IO.File]::Delete((VmNote $Kind $Id)) }
}

# Whether a VM's start is locked. File.Exists says no, too, where it cannot look, and then two might run; these fail.
function IsLocked($Id) {
  foreach ($folder in [IO.Directory]::GetDirectories($a.catalogue, 'lock')) {
    if (@([IO.Directory]::GetFiles($folder, [string]$Id)).Count) { return $true }
  }
  return $false
}

# Whether a file is there: fails, too, where that cannot be seen, so that nobody takes what is there for gone.
function There([string]$Path) {
  try {
    $null = [IO.File]::GetAttributes($Path)
    return $true
  } catch [IO.FileNotFoundException], [IO.DirectoryNotFoundException] {
    return $false
  }
}

function NoteAddresses($Id, $Lines) {
  if (@($Lines).Count) { WriteVmNote 'addresses' $Id (@(Texts $Lines) -join "`n") } else { DropVmNote 'addresses' $Id }
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

# The file of a VM's disk; none of a disk of the host, for which Hyper-V has a text such as "Disk 2 8.00 GB Bus 0 Lun 1 Target 0".
function DiskPath($Drive) {
  if ($null -eq $Drive.DiskNumber) { return [string]$Drive.Path }
  return ''
}

# Starts (18500) and ends of VMs, as their worker processes logged them: turned off (18502), shut down (18504, 18508), saved (18510),
# ended by an error (18528). The last of each is kept by the VM's id, and from when on the log has them; read once a script.
$lives = @{}
function ReadLives {
  if ($lives.ContainsKey('host')) { return }
  $lives['host'] = (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime
  $name = 'Microsoft-Windows-Hyper-V-Worker-Admin'
  $byName = [System.Diagnostics.Eventing.Reader.PathType]::LogName
  $all = New-Object -TypeName System.Diagnostics.Eventing.Reader.EventLogQuery -ArgumentList $name, $byName
  $query = New-Object -TypeName System.Diagnostics.Eventing.Reader.EventLogQuery -ArgumentList @(
    $name, $byName,
    '*[System[EventID=18500 or EventID=18502 or EventID=18504 or EventID=18508 or EventID=18510 or EventID=18528]]')
  try {
    $log = New-Object -TypeName System.Diagnostics.Eventing.Reader.EventLogReader -ArgumentList $query
    while ($null -ne ($entry = $log.ReadEvent())) {
      $kind = 'stop'
      if ($entry.Id -eq 18500) { $kind = 'start' }
      foreach ($property in $entry.Properties) { $lives["$kind $($property.Value)".ToUpperInvariant()] = $entry.TimeCreated }
    }
    $log.Dispose()
    # Looked at last: what the log gave up meanwhile is not claimed. An empty one has all since it was made.
    $log = New-Object -TypeName System.Diagnostics.Eventing.Reader.EventLogReader -ArgumentList $all
    $oldest = $log.ReadEvent()
    $log.Dispose()
    $lives['empty'] = $null -eq $oldest
    if ($oldest) {
      $lives['from'] = $oldest.TimeCreated
    } else {
      $session = [System.Diagnostics.Eventing.Reader.EventLogSession]::GlobalSession
      $lives['from'] = $session.GetLogInformation($name, $byName).CreationTime
    }
  } catch {
    # This account may not read the log, or it is switched off: then nothing is known but what the VM itself tells.
    $lives.Remove('from')
  }
}

# What the log of this host tells of a VM, whether it is here or not: in a cluster each node has a part of its life.
function Life($Id) {
  ReadLives
  @{
    vm = [string][guid]$Id; lastStart = Iso $lives["START $Id".ToUpperInvariant()]
    lastStop = Iso $lives["STOP $Id".ToUpperInvariant()]; logFrom = Iso $lives['from']; logEmpty = [bool]$lives['empty']
  }
}

# What is seen of a VM.
function Seen($Id) {
  $v = FindVm $Id
  $life = Life $v.Id
  $noted = $null
  if ([IO.File]::Exists((VmNote 'stop' $v.Id))) { $noted = [IO.File]::ReadAllText((VmNote 'stop' $v.Id)) }
  if ('' -eq $noted) { $noted = $null }
  @{
    vm = [string]$v.Id; name = [string]$v.Name; state = [string]$v.State; heartbeat = [string]$v.Heartbeat
    generation = [int]$v.Generation; diskNames = @(Texts (VmNoteLines 'disks' $v.Id))
    addresses = @(Texts (VmNoteLines 'addresses' $v.Id)); unaddressed = @(Texts (VmNoteLines 'unaddressed' $v.Id))
    uptimeMillis = [int64]$v.Uptime.TotalMilliseconds; clock = [DateTime]::UtcNow.ToString('o')
    hostStart = Iso $lives['host']; lastStart = $life.lastStart; lastStop = $life.lastStop; notedOff = $noted
    logFrom = $life.logFrom; logEmpty = $life.logEmpty; created = Iso $v.CreationTime
    automaticStart = [string]$v.AutomaticStartAction; locked = [IO.File]::Exists((VmNote 'lock' $v.Id))
    clustered = [bool]$v.IsClustered; tags = @(Tags $v)
    disks = @(Get-VMHardDiskDrive -VM $v | ForEach-Object { @{
      path = DiskPath $_; controllerType = [string]$_.ControllerType
      controllerNumber = [int]$_.ControllerNumber; controllerLocation = [int]$_.ControllerLocation
    } })
  }
}

# Whether a VM has the memory that it shall have: fixed, or between two bounds around what it starts with.
function HasMemory($Vm) {
  $memory = Get-VMMemory -VM $Vm
  $is = @([int64]$memory.Startup)
  $shall = @([int64]$a.memoryBytes)
  if ($memory.DynamicMemoryEnabled) { $is += @([int64]$memory.Minimum, [int64]$memory.Maximum) }
  if ($null -ne $a.minimumBytes) { $shall += @([int64]$a.minimumBytes, [int64]$a.maximumBytes) }
  return ($is -join ' ') -eq ($shall -join ' ')
}

function SetMemory($Vm) {
  $size = @{ VM = $Vm; StartupBytes = [int64]$a.memoryBytes; DynamicMemoryEnabled = $false; Confirm = $false }
  if ($null -ne $a.minimumBytes) {
    $size.DynamicMemoryEnabled = $true
    $size.MinimumBytes = [int64]$a.minimumBytes
    $size.MaximumBytes = [int64]$a.maximumBytes
  }
  Set-VMMemory @size
}

# Whether a VM boots securely, or not, as it shall, and by the keys by which it shall. Only generation 2 can.
function HasSecureBoot($Vm) {
  if ($Vm.Generation -ne 2) { return $true }
  $firmware = Get-VMFirmware -VM $Vm
  $on = [string]$firmware.SecureBoot -eq 'On'
  if (-not $a.secureBoot) { return -not $on }
  return $on -and [string](Value $firmware 'SecureBootTemplate') -eq $a.secureBootTemplate
}

function SetSecureBoot($Vm) {
  $boot = @{ VM = $Vm; EnableSecureBoot = 'Off'; Confirm = $false }
  if ($a.secureBoot) {
    $boot.EnableSecureBoot = 'On'
    $boot.SecureBootTemplate = [string]$a.secureBootTemplate
  }
  Set-VMFirmware @boot
}

# The switches of this host by the ids that adapters name. Refuses before anything is changed.
function FindSwitches($Ids) {
  $found = @{}
  foreach ($id in @($Ids | Where-Object { $null -ne $_ })) {
    $one = Get-VMSwitch | Where-Object { $_.Id -eq [guid]$id }
    if (-not $one) { Refuse 'UNKNOWN_NETWORK' "network $id is not on this host" }
    $found[[string]$id] = $one
  }
  return $found
}

# Adapters are known by their names; Hyper-V gives all the same one. Refuses, before anything is changed, those that cannot be told apart.
function TellApart($Vm, $Names) {
  $all = @($Names)
  if ($Vm) { $all += @(Get-VMNetworkAdapter -VM $Vm | Where-Object { @($Names) -ccontains $_.Name } | ForEach-Object { "has $($_.Name)" }) }
  $twice = @($all | Group-Object -CaseSensitive | Where-Object { $_.Count -gt 1 })
  if ($twice.Count) { Refuse 'ADAPTER_NAMES_NOT_UNIQUE' "several adapters are called the same: $($twice[0].Name)" }
}

# Takes from a VM that is off the adapters that it shall not have, whatever they are called.
function DropAdapters($Vm, $Names) {
  Get-VMNetworkAdapter -VM $Vm | Where-Object { @($Names) -cnotcontains $_.Name } | Remove-VMNetworkAdapter -Confirm:$false
}

# Whether an adapter is connected. By its switch, too: what Connected says of a VM that is off is documented nowhere.
function IsConnected($Nic) { return [bool]($Nic.Connected -or $Nic.SwitchName) }

# An adapter of a VM that is off, made if need be, with its hardware address.
function GiveAdapter($Vm, [string]$Name, $Mac) {
  $nic = Get-VMNetworkAdapter -VM $Vm | Where-Object { $_.Name -ceq $Name } | Select-Object -First 1
  if (-not $nic) { $nic = Add-VMNetworkAdapter -VM $Vm -Name $Name -Passthru -Confirm:$false }
  if ($null -eq $Mac) {
    if (-not $nic.DynamicMacAddressEnabled) { Set-VMNetworkAdapter -VMNetworkAdapter $nic -DynamicMacAddress -Confirm:$false }
  } elseif ($nic.DynamicMacAddressEnabled -or $nic.MacAddress -ne $Mac) {
    Set-VMNetworkAdapter -VMNetworkAdapter $nic -StaticMacAddress $Mac -Confirm:$false
  }
  return $nic
}

# Connects an adapter to a switch of FindSwitches, or to none.
function LinkAdapter($Nic, $Network, $Vlan, $Switches) {
  if ($null -eq $Network) {
    # Its VLAN stays as it is: it is a setting of the switch's port, of which it has none now.
    Disconnect-VMNetworkAdapter -VMNetworkAdapter $Nic -Confirm:$false
    return
  }
  Connect-VMNetworkAdapter -VMNetworkAdapter $Nic -VMSwitch $Switches[[string]$Network] -Confirm:$false
  if ($null -eq $Vlan) {
    Set-VMNetworkAdapterVlan -VMNetworkAdapter $Nic -Untagged -Confirm:$false
  } else {
    Set-VMNetworkAdapterVlan -VMNetworkAdapter $Nic -Access -VlanId ([int]$Vlan) -Confirm:$false
  }
}

# A checkpoint's layer, which stays over its disk after the checkpoint was given up, until Hyper-V has merged it.
function IsLayer($Path) { [string]$Path -match '\.avhdx?$' }

# Whether a disk's file lies below such a layer. A layer is beside its disk; one that cannot be looked at fails.
function IsBelow([string]$Path, [string]$Layer) {
  while ((IsLayer $Layer) -and [IO.Path]::GetDirectoryName($Layer) -eq [IO.Path]::GetDirectoryName($Path)) {
    $Layer = [string](Get-VHD -Path $Layer).ParentPath
    if ($Layer -eq $Path) { return $true }
  }
  return $false
}

# The VMs of this host that have a disk's file attached, themselves or in a checkpoint, or a layer that waits to be merged into it.
function FindUsers([string]$Path) {
  foreach ($vm in @(Get-VM)) {
    $drives = @(Get-VMHardDiskDrive -VM $vm)
    $own = @($drives | Where-Object { $_.Path -eq $Path })
    $kept = @(Get-VMSnapshot -VM $vm | Get-VMHardDiskDrive | Where-Object { $_.Path -eq $Path })
    $over = @($drives | Where-Object { IsBelow $Path $_.Path })
    if ($own.Count -or $kept.Count -or $over.Count) {
      @{
        vm = $vm; attached = $own.Count -gt 0; frozen = $kept.Count + $over.Count -gt 0
        merging = $over.Count -gt 0 -and $kept.Count -eq 0
      }
    }
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

# The test VMs of a replica, which Hyper-V relates to it. Their names tell nothing: replicas may be called the same.
function TestVms($Vm) {
  $own = @(Get-CimAssociatedInstance -InputObject (System $Vm.Id) -Association Msvm_ReplicaSystemDependency `
    -ResultClassName Msvm_ComputerSystem | ForEach-Object { [string]$_.Name })
  if ($own.Count) { Get-VM | Where-Object { [string]$_.ReplicationMode -eq 'TestReplica' -and $own -contains [string]$_.Id } }
}

# Notes the job that a WMI method began for a name, or what it made at once: so that it is known later whose that is.
function NoteJob([string]$Name, $Result, [string]$Made) {
  $began = Value $Result $Made
  if ($Result.ReturnValue -eq 4096) { $began = Get-CimInstance -InputObject $Result.Job }
  if ($Result.ReturnValue -in 0, 4096) {
    Publish 'checkpoint' "$Name.job$(@(Records 'checkpoint' "$Name.job*").Count)" $began.InstanceID
  }
}

# The ids of what the jobs noted for a name made, of those that are there, once they have ended; an empty text for each job of which that
# is not known: Hyper-V forgets its jobs after some minutes.
function OfJobs([string]$Name, [string]$Class, $There) {
  foreach ($note in @(Records 'checkpoint' "$Name.job*")) {
    $made = @([IO.File]::ReadAllText($note))
    if ($made[0] -notlike 'Microsoft:*') {
      $job = Get-CimInstance -Namespace $virt -ClassName Msvm_ConcreteJob -Filter "InstanceID = '$([guid]$made[0])'"
      if (-not $job) { ''; continue }
      try { Finish @{ ReturnValue = 4096; Job = $job } } catch { continue }
      $made = @(Get-CimAssociatedInstance -InputObject $job -ResultClassName $Class -Association Msvm_AffectedJobElement |
        ForEach-Object { $_.InstanceID })
    }
    $made = @($made | Where-Object { $There -contains $_ })
    if ($made.Count) { $made } else { '' }
  }
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
# services of snapshots and switches count their errors from 1, the others from 32768; the second numbers are used here. A job that takes
# longer than so many seconds is left to itself.
function Finish($Result, [int]$Seconds = [int]::MaxValue) {
  if ($Result.ReturnValue -eq 0) { return }
  if ($Result.ReturnValue -ne 4096) {
    $known = @{ 1 = 32770; 2 = 32768; 3 = 32772; 4 = 32773; 5 = 32775; 6 = 32776 }
    # Some give HRESULTs, which are larger than an int.
    $number = [int64]$Result.ReturnValue
    if ($number -le 6) { $number = $known[[int]$number] }
    Fault $number 'the method refused'
  }
  $job = Get-CimInstance -InputObject $Result.Job
  $until = [DateTime]::UtcNow.AddSeconds($Seconds)
  while ($job.JobState -lt 7) {
    if ([DateTime]::UtcNow -gt $until) { return }
    Start-Sleep -Milliseconds 250
    $job = Get-CimInstance -InputObject $job
  }
  if ($job.JobState -notin 7, 32768) { Fault $job.ErrorCode "the job ended in state $($job.JobState): $($job.ErrorDescription)" }
}

# Tells Hyper-V the addresses of a running VM's adapter. The guest gets them as soon as its data exchange service answers (protocol 4096:
# IPv4, 4097: IPv6); a job that waits for that is not waited for.
function GiveAddress($Id, [string[]]$Want) {
  $system = System $Id
  $settings = Get-CimAssociatedInstance -InputObject $system -ResultClassName Msvm_VirtualSystemSettingData `
    -Association Msvm_SettingsDefineState
  $nic = Get-CimAssociatedInstance -InputObject $settings -ResultClassName Msvm_SyntheticEthernetPortSettingData |
    Where-Object { $_.ElementName -ceq $Want[5] } | Select-Object -First 1
  if (-not $nic) { Refuse 'UNKNOWN_ADAPTER' "VM $Id has no adapter of this name" }
  $guest = Get-CimAssociatedInstance -InputObject $nic -ResultClassName Msvm_GuestNetworkAdapterConfiguration
  $guest.DHCPEnabled = $false
  $guest.ProtocolIFType = [uint16]$Want[0]
  $guest.IPAddresses = [string[]]@($Want[1])
  $guest.Subnets = [string[]]@($Want[2])
  $guest.DefaultGateways = [string[]]@(@($Want[3]) -ne '-')
  $guest.DNSServers = [string[]]@(($Want[4] -split ',') -ne '-')
  $service = Get-CimInstance -Namespace $virt -ClassName Msvm_VirtualSystemManagementService
  $text = AsText $guest
  MayAct
  Finish (Invoke-CimMethod -InputObject $service -MethodName SetGuestNetworkAdapterConfiguration -Confirm:$false -Arguments @{
    ComputerSystem = $system
    NetworkConfiguration = [string[]]@($text)
  }) 10
}

# The connection to VMM, on whose server the script runs.
function Vmm {
  # Scripts of the module may run in this scope.
  Set-StrictMode -Off
  Import-Module -Name VirtualMachineManager
  return Get-SCVMMServer -ComputerName $a.server
}
