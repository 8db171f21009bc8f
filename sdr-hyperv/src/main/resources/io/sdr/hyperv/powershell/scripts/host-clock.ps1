# Whether the host answers, with its clock.
param($a)
@{ clock = [DateTime]::UtcNow.ToString('o') }
