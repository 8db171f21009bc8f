# All records of one folder of an item, by their names: decisions or documents.
param($a)
@{
  records = @(Records $a.folder '*' | Where-Object { -not $_.EndsWith('.part') } | ForEach-Object { @{
    name = [IO.Path]::GetFileName($_)
    text = [IO.File]::ReadAllText($_)
  } })
}
