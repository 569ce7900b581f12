# windows: core, the suites and the package on real Windows, and its verdict on each fact that nothing
# else can settle.
#
# usage: ci/windows.ps1 windows|windows-clang      (MSVC or clang-cl; needs vcpkg for cmocka)
param([Parameter(Mandatory)][ValidateSet('windows', 'windows-clang')][string]$preset)
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..')

function Invoke-Checked([string]$program) {
    & $program @args
    if ($LASTEXITCODE -ne 0) { throw "$program failed with $LASTEXITCODE" }
}

# A static cmocka with the C library of the compiler: it and the suites share one environment.
$vcpkg = if ($env:VCPKG_INSTALLATION_ROOT) { $env:VCPKG_INSTALLATION_ROOT } else { $env:VCPKG_ROOT }
$triplet = 'x64-windows-static-md'
Invoke-Checked (Join-Path $vcpkg 'vcpkg') install "cmocka:$triplet"

Invoke-Checked cmake --preset $preset "-DIOCPLAB_CMOCKA=$vcpkg/installed/$triplet"
Invoke-Checked cmake --build --preset $preset --parallel
& ctest --preset $preset
$tests = $LASTEXITCODE

# Verdicts go where the job shows them.
$facts = Get-ChildItem -Recurse "build/$preset" -Filter win32_facts.exe | Select-Object -First 1
& $facts.FullName --tap > "build/$preset/facts.tap"
$failed = $LASTEXITCODE
& $facts.FullName --junit "build/$preset/facts.xml" | Out-Null
$verdicts = Get-Content "build/$preset/facts.tap" | Where-Object { $_ -match '^# this Windows settles' }
$verdicts
if ($env:GITHUB_STEP_SUMMARY) {
    @("## What only real Windows can settle ($preset)", '') + ($verdicts -replace '^# ', '- ') |
        Add-Content $env:GITHUB_STEP_SUMMARY
}
if ($tests -ne 0 -or $failed -ne 0) { exit 1 }
