# The machine's certificates that have a private key, for Hyper-V Replica with certificates.
param($a)
$certificates = @(Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object { $_.HasPrivateKey })
@{
  certificates = @($certificates | ForEach-Object { @{
    thumbprint = [string]$_.Thumbprint
    subject = [string]$_.Subject
    names = @($_.DnsNameList | ForEach-Object { [string]$_.Unicode })
    usages = @($_.EnhancedKeyUsageList | ForEach-Object { [string]$_.ObjectId })
    notBefore = Iso $_.NotBefore
    notAfter = Iso $_.NotAfter
  } })
}
