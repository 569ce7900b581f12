/* buffer: see buffer.h. */
#include "core/buffer.h"

/* Requests are often alike: a little more room saves the next allocation. */
#define CAPACITY_MIN 256u

BOOL rdy_buffer_reserve(struct rdy_buffer *buffer, DWORD size)
{
    if (buffer->data != NULL && buffer->capacity >= size) {
        return TRUE;
    }
    DWORD capacity = size > CAPACITY_MIN ? size : CAPACITY_MIN;
    BYTE *data = HeapAlloc(GetProcessHeap(), 0, capacity);
    if (data == NULL) {
        return FALSE;
    }
    rdy_buffer_trim(buffer, 0);
    buffer->data = data;
    buffer->capacity = capacity;
    return TRUE;
}

void rdy_buffer_trim(struct rdy_buffer *buffer, DWORD keep)
{
    if (buffer->capacity <= keep) {
        return;
    }
    HeapFree(GetProcessHeap(), 0, buffer->data);
    *buffer = (struct rdy_buffer){0};
}
