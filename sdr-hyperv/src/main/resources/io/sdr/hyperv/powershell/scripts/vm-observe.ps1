# What is seen of VMs now, and what this host's log tells of them. One that is not on this host has only the second.
param($a)
$seen = foreach ($id in $a.vms) {
  if (LookVm $id) { Seen $id }
}
@{ vms = @($seen); lives = @($a.vms | ForEach-Object { Life $_ }) }
