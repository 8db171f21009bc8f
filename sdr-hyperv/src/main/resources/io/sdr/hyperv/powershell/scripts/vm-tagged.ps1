# What is seen of the VMs that were made for an item.
param($a)
$mark = "sdr:$($a.item):"
$tagged = @(Get-VM | Where-Object { @(Tags $_ | Where-Object { $_.StartsWith($mark, 'Ordinal') }).Count })
@{ vms = @($tagged | ForEach-Object { Seen $_.Id }) }
