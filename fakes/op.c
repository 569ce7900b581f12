/* op: the table of operations. */
#include "fakes/op.h"

#include <string.h>

static const struct sim_op_info table[SIM_OP_COUNT] = {
    [SIM_OP_NONE] = {"none", false, false},
    [SIM_OP_THREAD_START] = {"start", true, false},
    [SIM_OP_THREAD_EXIT] = {"exit", true, false},
    [SIM_OP_THREAD_JOIN] = {"join", true, false},
    [SIM_OP_QUIESCENT] = {"quiescent", true, false},
    [SIM_OP_YIELD] = {"yield", true, false},
    [SIM_OP_SUBMITTED] = {"submitted", true, false},
    [SIM_OP_CANCEL_FINISH] = {"cancel-finish", true, false},
    [SIM_OP_RESULT_WRITE] = {"result-write", true, false},
    [SIM_OP_TIMER_FIRE] = {"timer-fire", true, false},
    [SIM_OP_SEGMENT_ARRIVE] = {"segment-arrive", true, false},
    [SIM_OP_CLOSE_HANDLE] = {"CloseHandle", true, false},
    [SIM_OP_DUPLICATE_HANDLE] = {"DuplicateHandle", true, true},
    [SIM_OP_GET_HANDLE_INFORMATION] = {"GetHandleInformation", true, false},
    [SIM_OP_CREATE_THREAD] = {"CreateThread", true, true},
    [SIM_OP_WAIT_SINGLE] = {"WaitForSingleObject", true, false},
    [SIM_OP_WAIT_MULTIPLE] = {"WaitForMultipleObjects", true, false},
    [SIM_OP_SLEEP] = {"Sleep", true, false},
    [SIM_OP_SWITCH_TO_THREAD] = {"SwitchToThread", true, false},
    [SIM_OP_CREATE_PORT] = {"CreateIoCompletionPort", true, true},
    [SIM_OP_DEQUEUE] = {"GetQueuedCompletionStatus", true, false},
    [SIM_OP_DEQUEUE_EX] = {"GetQueuedCompletionStatusEx", true, false},
    [SIM_OP_POST] = {"PostQueuedCompletionStatus", true, true},
    [SIM_OP_SET_NOTIFICATION_MODES] = {"SetFileCompletionNotificationModes", true, true},
    [SIM_OP_CREATE_FILE] = {"CreateFileW", true, true},
    [SIM_OP_CREATE_NAMED_PIPE] = {"CreateNamedPipeW", true, true},
    [SIM_OP_CONNECT_NAMED_PIPE] = {"ConnectNamedPipe", true, true},
    [SIM_OP_DISCONNECT_NAMED_PIPE] = {"DisconnectNamedPipe", true, false},
    [SIM_OP_SET_NAMED_PIPE_STATE] = {"SetNamedPipeHandleState", true, true},
    [SIM_OP_PEEK_NAMED_PIPE] = {"PeekNamedPipe", true, false},
    [SIM_OP_READ_FILE] = {"ReadFile", true, true},
    [SIM_OP_WRITE_FILE] = {"WriteFile", true, true},
    [SIM_OP_GET_OVERLAPPED_RESULT] = {"GetOverlappedResult", true, false},
    [SIM_OP_HAS_OVERLAPPED_IO_COMPLETED] = {"HasOverlappedIoCompleted", true, false},
    [SIM_OP_CANCEL_IO] = {"CancelIo", true, false},
    [SIM_OP_CANCEL_IO_EX] = {"CancelIoEx", true, false},
    [SIM_OP_FLUSH_FILE] = {"FlushFileBuffers", true, false},
    [SIM_OP_CREATE_EVENT] = {"CreateEventW", true, true},
    [SIM_OP_SET_EVENT] = {"SetEvent", true, false},
    [SIM_OP_RESET_EVENT] = {"ResetEvent", true, false},
    [SIM_OP_CREATE_SEMAPHORE] = {"CreateSemaphoreW", true, true},
    [SIM_OP_RELEASE_SEMAPHORE] = {"ReleaseSemaphore", true, false},
    [SIM_OP_CREATE_MUTEX] = {"CreateMutexW", true, true},
    [SIM_OP_RELEASE_MUTEX] = {"ReleaseMutex", true, false},
    [SIM_OP_SRW_ACQUIRE] = {"AcquireSRWLockExclusive", true, false},
    [SIM_OP_SRW_TRY_ACQUIRE] = {"TryAcquireSRWLockExclusive", true, false},
    [SIM_OP_SRW_RELEASE] = {"ReleaseSRWLockExclusive", true, false},
    [SIM_OP_SRW_ACQUIRE_SHARED] = {"AcquireSRWLockShared", true, false},
    [SIM_OP_SRW_TRY_ACQUIRE_SHARED] = {"TryAcquireSRWLockShared", true, false},
    [SIM_OP_SRW_RELEASE_SHARED] = {"ReleaseSRWLockShared", true, false},
    [SIM_OP_CS_ENTER] = {"EnterCriticalSection", true, false},
    [SIM_OP_CS_TRY_ENTER] = {"TryEnterCriticalSection", true, false},
    [SIM_OP_CS_LEAVE] = {"LeaveCriticalSection", true, false},
    [SIM_OP_CV_SLEEP] = {"SleepConditionVariable", true, false},
    [SIM_OP_CV_WAKE] = {"WakeConditionVariable", true, false},
    [SIM_OP_CV_WAKE_ALL] = {"WakeAllConditionVariable", true, false},
    [SIM_OP_INIT_ONCE] = {"InitOnce", true, false},
    [SIM_OP_INTERLOCKED_READ] = {"ReadAcquire", true, false},
    [SIM_OP_INTERLOCKED] = {"Interlocked", true, false},
    [SIM_OP_HEAP_ALLOC] = {"HeapAlloc", false, true},
    [SIM_OP_POLL_COMPLETE] = {"poll-complete", true, false},
    [SIM_OP_ALARM] = {"alarm", true, false},
    [SIM_OP_NT_CREATE_FILE] = {"NtCreateFile", true, true},
    [SIM_OP_NT_DEVICE_CONTROL] = {"NtDeviceIoControlFile", true, true},
    [SIM_OP_NT_CANCEL] = {"NtCancelIoFileEx", true, false},
    [SIM_OP_CREATE_KEYED_EVENT] = {"NtCreateKeyedEvent", true, true},
    [SIM_OP_WAIT_KEYED_EVENT] = {"NtWaitForKeyedEvent", true, false},
    [SIM_OP_RELEASE_KEYED_EVENT] = {"NtReleaseKeyedEvent", true, false},
    [SIM_OP_SOCKET] = {"socket", true, true},
    [SIM_OP_BIND] = {"bind", true, true},
    [SIM_OP_LISTEN] = {"listen", true, true},
    [SIM_OP_ACCEPT] = {"accept", true, true},
    [SIM_OP_CONNECT] = {"connect", true, true},
    [SIM_OP_SEND] = {"send", true, true},
    [SIM_OP_RECV] = {"recv", true, true},
    [SIM_OP_SHUTDOWN] = {"shutdown", true, false},
    [SIM_OP_CLOSE_SOCKET] = {"closesocket", true, false},
    [SIM_OP_GET_SOCKET_NAME] = {"getsockname", true, false},
    [SIM_OP_GET_PEER_NAME] = {"getpeername", true, false},
    [SIM_OP_GET_SOCKET_OPTION] = {"getsockopt", true, false},
    [SIM_OP_SET_SOCKET_OPTION] = {"setsockopt", true, true},
    [SIM_OP_SOCKET_CONTROL] = {"WSAIoctl", true, true},
    [SIM_OP_WAIT_ON_ADDRESS] = {"WaitOnAddress", true, true},
    [SIM_OP_WAKE_BY_ADDRESS] = {"WakeByAddressSingle", true, false},
    [SIM_OP_WAKE_BY_ADDRESS_ALL] = {"WakeByAddressAll", true, false},
    [SIM_OP_PACKET_QUEUE] = {"packet-queue", true, false},
};

const struct sim_op_info *sim_op_info(enum sim_op op)
{
    return &table[(uint32_t)op < SIM_OP_COUNT ? op : SIM_OP_NONE];
}

enum sim_op sim_op_by_name(const char *name, size_t length)
{
    for (uint32_t i = 1; i < SIM_OP_COUNT; i++) {
        if (strlen(table[i].name) == length && memcmp(table[i].name, name, length) == 0) {
            return (enum sim_op)i;
        }
    }
    return SIM_OP_NONE;
}
