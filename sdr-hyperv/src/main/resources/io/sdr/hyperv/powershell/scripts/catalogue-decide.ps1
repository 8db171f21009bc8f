# Creates the record of a decision unless one of this number exists, and gives the one that is there then.
param($a)
$number = [string][int64]$a.number
MayAct
if (-not @(Records 'epoch' $number).Count) {
  try {
    Publish 'epoch' $number $a.text
  } catch [IO.IOException] {
    # Somebody else was first, or the disk failed: what is there now tells.
    if (-not @(Records 'epoch' $number).Count) { throw }
  }
}
# Whoever wrote it may have died before it was forced.
Harden @(Records 'epoch' $number)[0]
@{ number = [int64]$number; text = [IO.File]::ReadAllText(@(Records 'epoch' $number)[0]) }
