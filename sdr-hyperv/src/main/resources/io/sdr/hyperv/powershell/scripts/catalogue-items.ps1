# The items that have anything in the catalogue.
param($a)
@{ items = @([IO.Directory]::GetDirectories($a.catalogue, 'i-*') | ForEach-Object { [IO.Path]::GetFileName($_) }) }
