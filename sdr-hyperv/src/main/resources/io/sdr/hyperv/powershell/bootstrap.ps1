# Runs one request: a line of JSON {v,id,nonce,script,args,notAfter} on standard input. Writes one line to standard output: the
# nonce and JSON. Everything else that is written there is noise. Windows PowerShell 5.1 and newer.
# Its text is the constant command line; data reaches it on standard input alone.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$u = New-Object System.Text.UTF8Encoding $false
$i = New-Object System.IO.StreamReader ([Console]::OpenStandardInput()), $u
$q = ConvertFrom-Json -InputObject $i.ReadLine()
function Send($o) {
  $o.v = 1
  $o.id = $q.id
  $b = $u.GetBytes($q.nonce + (ConvertTo-Json -Compress -Depth 12 -InputObject $o) + "`n")
  $s = [Console]::OpenStandardOutput()
  # A line of its own, whatever was written before.
  $s.WriteByte(10)
  $s.Write($b, 0, $b.Length)
  $s.Flush()
}
function Fail($r) {
  # What the script threw lies inside what EndInvoke throws.
  $y = $r.Exception.InnerException
  if ($y -and $y.PSObject.Properties['ErrorRecord'] -and $y.ErrorRecord) { $r = $y.ErrorRecord }
  $x = $r.Exception
  # What a method of .NET threw lies inside, and only it has the HRESULT that tells.
  if ($x -is [System.Management.Automation.MethodInvocationException] -and $x.InnerException) { $x = $x.InnerException }
  $w = $null
  if ($x.Data.Contains('SdrNumber')) { $w = [int64]$x.Data['SdrNumber'] } elseif ($x.PSObject.Properties['NativeErrorCode']) { $w = [int64]$x.NativeErrorCode }
  $k = $null
  if ($x.Data.Contains('SdrCode')) { $k = [string]$x.Data['SdrCode'] }
  Send @{ ok = $false; error = @{ id = [string]$r.FullyQualifiedErrorId; category = [string]$r.CategoryInfo.Category; type = $x.GetType().FullName; hresult = $x.HResult; number = $w; sdr = $k; message = [string]$x.Message } }
}
try {
  # A runspace of its own, so that the script can be left when its time is over: killing a caller does not reach this process. In a
  # scope of its own, so that its strict mode does not reach into modules.
  $p = [PowerShell]::Create()
  $null = $p.AddScript($q.script, $true).AddArgument($q.args)
  $d = [int64]$q.notAfter - [int64]([DateTime]::UtcNow - [DateTime]'1970-01-01').TotalMilliseconds
  if ($d -le 0) {
    Send @{ ok = $false; error = @{ id = 'SdrTooLate'; category = 'LimitsExceeded'; type = ''; hresult = 0; number = $null; sdr = 'TOO_LATE'; message = 'nothing was done' } }
    [Environment]::Exit(3)
  }
  $a = $p.BeginInvoke()
  if (-not $a.AsyncWaitHandle.WaitOne([int][Math]::Min($d, 2147483647))) {
    Send @{ ok = $false; error = @{ id = 'SdrOutOfTime'; category = 'OperationTimeout'; type = ''; hresult = 0; number = $null; sdr = 'OUT_OF_TIME'; message = 'the script was left' } }
    [Environment]::Exit(4)
  }
  $r = $p.EndInvoke($a)
  if ($p.Streams.Error.Count) { Fail $p.Streams.Error[0]; exit 1 }
  Send @{ ok = $true; data = $(if ($r.Count) { $r[$r.Count - 1] } else { $null }) }
} catch { Fail $_; exit 1 }
