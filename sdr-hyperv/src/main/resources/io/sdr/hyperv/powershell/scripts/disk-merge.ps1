# Folds a layer that nobody has open into its parent. The layer's file is gone then; gone already is done.
param($a)
if (There $a.path) {
  $d = Get-VHD -Path $a.path
  if ([string]$d.ParentPath -ne $a.parent) { Refuse 'DISK_DIFFERS' "the layer's parent is '$($d.ParentPath)'" }
  MayAct
  Merge-VHD -Path $a.path -DestinationPath $a.parent -Force -Confirm:$false
}
@{ parent = [string]$a.parent; sizeBytes = [int64](Get-VHD -Path $a.parent).Size }
