/* win32_heap: the process heap. No visible step, but allocation is a fault point. */
#include "fakes/heap.h"
#include "fakes/scheduler.h"

#include <string.h>

#define PROCESS_HEAP ((HANDLE)(uintptr_t)0x10000)

HANDLE GetProcessHeap(void)
{
    return PROCESS_HEAP;
}

static void check_heap(HANDLE heap)
{
    if (heap != PROCESS_HEAP) {
        sim_report(SIM_ORACLE_UNMODELLED, "a heap other than GetProcessHeap()");
    }
}

LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size)
{
    check_heap(heap);
    if (scheduler_fault(SIM_OP_HEAP_ALLOC, 1) != 0) {
        return NULL; /* HeapAlloc does not set LastError */
    }
    return heap_alloc(size, flags & HEAP_ZERO_MEMORY);
}

BOOL HeapFree(HANDLE heap, DWORD flags, LPVOID memory)
{
    (void)flags;
    check_heap(heap);
    if (memory != NULL) {
        heap_free(memory);
    }
    return TRUE;
}

LPVOID HeapReAlloc(HANDLE heap, DWORD flags, LPVOID memory, SIZE_T size)
{
    check_heap(heap);
    if (memory == NULL || scheduler_fault(SIM_OP_HEAP_ALLOC, 1) != 0) {
        return NULL;
    }
    size_t before = heap_size(memory);
    void *moved = heap_alloc(size, flags & HEAP_ZERO_MEMORY);
    memcpy(moved, memory, before < size ? before : size);
    heap_free(memory);
    return moved;
}

SIZE_T HeapSize(HANDLE heap, DWORD flags, LPCVOID memory)
{
    (void)flags;
    check_heap(heap);
    return heap_size(memory);
}
