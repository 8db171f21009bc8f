# The VMM server on whose machine this runs.
param($a)
$server = Vmm
@{
  server = [string]$server.Name
  version = [string](Value $server 'ProductVersion')
  clock = [DateTime]::UtcNow.ToString('o')
}
