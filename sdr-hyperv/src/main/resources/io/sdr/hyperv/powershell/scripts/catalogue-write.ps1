# Writes or replaces a document of an item, whole.
param($a)
$there = @(Records 'document' $a.name)
MayAct
if (-not $there.Count) {
  Publish 'document' $a.name $a.text
} elseif ([IO.File]::ReadAllText($there[0]) -cne $a.text) {
  $new = [guid]::NewGuid().ToString('N') + '.part'
  Publish 'document' $new $a.text
  [IO.File]::Replace(@(Records 'document' $new)[0], $there[0], [NullString]::Value)
  Harden $there[0]
}
@{ name = [string]$a.name; written = $true }
