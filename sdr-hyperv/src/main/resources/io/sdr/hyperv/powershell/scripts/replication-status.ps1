# What is seen of VMs' Hyper-V Replica. A VM that is not on this host is missing from the answer.
param($a)
$seen = foreach ($id in $a.vms) {
  if (LookVm $id) { Replicated $id }
}
@{ vms = @($seen) }
