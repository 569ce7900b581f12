/* win32_unmodelled: calls that code about pipes may well make and that nobody has yet settled the
 * rules of. They link, and a program that makes one is told so in a finding, at that call. */
#include "fakes/world.h"

#include <windows.h>

/* Flushing waits until the peer has read everything: there is no rule for what else ends the wait.
 */
BOOL FlushFileBuffers(HANDLE file)
{
    sim_report(SIM_ORACLE_UNMODELLED, "FlushFileBuffers is not modelled");
}

BOOL TransactNamedPipe(HANDLE pipe, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                       LPDWORD read, LPOVERLAPPED overlapped)
{
    sim_report(SIM_ORACLE_UNMODELLED, "TransactNamedPipe is not modelled, write and read instead");
}

BOOL CallNamedPipeW(LPCWSTR name, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                    LPDWORD read, DWORD timeout_ms)
{
    sim_report(SIM_ORACLE_UNMODELLED,
               "CallNamedPipeW is not modelled, open, write and read instead");
}

BOOL WaitNamedPipeW(LPCWSTR name, DWORD timeout_ms)
{
    sim_report(SIM_ORACLE_UNMODELLED,
               "WaitNamedPipeW is not modelled, open again after ERROR_PIPE_BUSY instead");
}

BOOL CreatePipe(PHANDLE read, PHANDLE write, LPSECURITY_ATTRIBUTES security, DWORD size)
{
    sim_report(SIM_ORACLE_UNMODELLED, "CreatePipe is not modelled, create a named pipe instead");
}

BOOL ImpersonateNamedPipeClient(HANDLE pipe)
{
    sim_report(SIM_ORACLE_UNMODELLED, "ImpersonateNamedPipeClient is not modelled");
}

BOOL ReadFileEx(HANDLE file, LPVOID buffer, DWORD size, LPOVERLAPPED overlapped,
                LPOVERLAPPED_COMPLETION_ROUTINE routine)
{
    sim_report(SIM_ORACLE_UNMODELLED, "ReadFileEx is not modelled: no thread waits alertably");
}

BOOL WriteFileEx(HANDLE file, LPCVOID buffer, DWORD size, LPOVERLAPPED overlapped,
                 LPOVERLAPPED_COMPLETION_ROUTINE routine)
{
    sim_report(SIM_ORACLE_UNMODELLED, "WriteFileEx is not modelled: no thread waits alertably");
}

BOOL CancelSynchronousIo(HANDLE thread)
{
    sim_report(SIM_ORACLE_UNMODELLED, "CancelSynchronousIo is not modelled, use CancelIoEx");
}
