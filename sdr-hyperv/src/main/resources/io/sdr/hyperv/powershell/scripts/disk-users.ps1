# Which VMs of this host have disks' files attached, themselves or in checkpoints.
param($a)
@{
  users = @(foreach ($path in $a.paths) {
    FindUsers $path | ForEach-Object { @{
      path = [string]$path; vm = [string]$_.vm.Id; state = [string]$_.vm.State
      attached = [bool]$_.attached; frozen = [bool]$_.frozen
    } }
  })
}
