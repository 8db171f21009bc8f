# Removes everything of an item. Missing is done.
param($a)
MayAct
foreach ($item in [IO.Directory]::GetDirectories($a.catalogue, $a.item)) { [IO.Directory]::Delete($item, $true) }
@{ item = [string]$a.item; forgotten = $true }
