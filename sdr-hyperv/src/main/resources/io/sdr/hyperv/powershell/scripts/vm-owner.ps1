# Which node of the cluster owns a VM now. A VM that is not clustered has no owner here.
param($a)
$group = Get-ClusterGroup -VMId ([guid]$a.vm) -ErrorAction SilentlyContinue
$owner = $null
$state = $null
$priority = $null
if ($group) {
  $owner = [string]$group.OwnerNode.Name
  $state = [string]$group.State
  $priority = [int64]$group.Priority
}
@{ vm = [string]$a.vm; owner = $owner; state = $state; priority = $priority }
