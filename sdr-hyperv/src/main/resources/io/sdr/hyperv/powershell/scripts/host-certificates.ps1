# The machine's certificates that have a private key, for Hyper-V Replica with certificates.
param($a)
$certificates = @(Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object { $_.HasPrivateKey })
@{
  certificates = @($certificates | ForEach-Object { @{
    thumbprint = [string]$_.Thumbprint
    subject = [string]$_.Subject
    names = @(foreach ($name in $_.DnsNameList) { [string]$name.Unicode })
    usages = @(foreach ($usage in $_.EnhancedKeyUsageList) { [string]$usage.ObjectId })
    notBefore = Iso $_.NotBefore
    notAfter = Iso $_.NotAfter
  } })
}
