# What is seen of VMs now. One that is not on this host is missing from the answer.
param($a)
$seen = foreach ($id in $a.vms) {
  if (LookVm $id) { Seen $id }
}
@{ vms = @($seen) }
