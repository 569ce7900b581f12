/* ring: see ring.h.
 *
 * Invariants
 * 1. The writer stands in the last segment, the reader in the first one left. A segment that the
 *    writer has left is full, and its `end` says where the next one begins.
 * 2. Unread bytes lie behind each other in their segment, around its end if need be. The reader's
 *    offset is where the byte at its position lies, unless that position is the segment's origin:
 *    then it lies at 0.
 * 3. The origin changes only while nothing is unread, so nobody looks at it meanwhile.
 * 4. All segments but the reader's and the writer's are full of unread bytes: at most two segments
 *    more are allocated than the unread bytes need. */
#include "core/ring.h"

#include "core/assert.h"
#include "core/compiler.h"

#define END_UNKNOWN INT64_MAX

/* Large copies are faster between aligned places. */
#define BYTES_ALIGNMENT ((size_t)64)

static size_t min_size(size_t left, size_t right)
{
    return left < right ? left : right;
}

void rdy_ring_init(struct rdy_ring *ring, size_t capacity)
{
    ring->segment_size = min_size(capacity, RDY_RING_SEGMENT_SIZE);
    ring->is_linked = capacity > RDY_RING_SEGMENT_SIZE;
    ring->first = NULL;
}

void rdy_ring_deinit(struct rdy_ring *ring, const struct rdy_ring_cursor *reader)
{
    struct rdy_ring_segment *segment = reader->segment != NULL ? reader->segment : ring->first;

    while (segment != NULL) {
        struct rdy_ring_segment *next = segment->next;
        HeapFree(GetProcessHeap(), 0, segment);
        segment = next;
    }
}

static BYTE *aligned(void *memory)
{
    ULONG_PTR address = (ULONG_PTR)memory + BYTES_ALIGNMENT - 1;

    return (BYTE *)(address - address % BYTES_ALIGNMENT);
}

/* Adds a segment that begins at `position`; FALSE if there is no memory. */
static BOOL extend(struct rdy_ring *ring, struct rdy_ring_cursor *writer, uint64_t position)
{
    struct rdy_ring_segment *fresh =
        HeapAlloc(GetProcessHeap(), 0, sizeof *fresh + BYTES_ALIGNMENT - 1 + ring->segment_size);

    if (fresh == NULL) {
        return FALSE;
    }
    fresh->next = NULL;
    fresh->end = END_UNKNOWN;
    fresh->begin = position;
    fresh->origin = position;
    fresh->size = ring->segment_size;
    fresh->bytes = aligned(fresh + 1);
    if (writer->segment == NULL) {
        ring->first = fresh;
    } else {
        writer->segment->next = fresh;
        InterlockedExchange64(&writer->segment->end, (LONG64)position);
    }
    writer->segment = fresh;
    writer->offset = 0;
    return TRUE;
}

/* How many bytes the writer's segment has room for. */
static size_t segment_room(const struct rdy_ring_segment *segment, uint64_t taken,
                           uint64_t position)
{
    uint64_t unread_from = taken > segment->begin ? taken : segment->begin;

    return segment->size - (size_t)(position - unread_from);
}

/* The bytes at an offset and what comes after the end of the segment, at its beginning. */
static void copy_in(struct rdy_ring_segment *segment, size_t offset, const BYTE *data, size_t size)
{
    size_t before_end = min_size(size, segment->size - offset);

    CopyMemory(segment->bytes + offset, data, before_end);
    if (before_end < size) {
        CopyMemory(segment->bytes, data + before_end, size - before_end);
    }
}

static void copy_out(const struct rdy_ring_segment *segment, size_t offset, BYTE *buffer,
                     size_t size)
{
    size_t before_end = min_size(size, segment->size - offset);

    CopyMemory(buffer, segment->bytes + offset, before_end);
    if (before_end < size) {
        CopyMemory(buffer + before_end, segment->bytes, size - before_end);
    }
}

static void advance(struct rdy_ring_cursor *cursor, size_t size)
{
    cursor->offset += size;
    if (cursor->offset >= cursor->segment->size) {
        cursor->offset -= cursor->segment->size;
    }
}

size_t rdy_ring_put(struct rdy_ring *ring, struct rdy_ring_cursor *writer, uint64_t taken,
                    uint64_t position, const void *data, size_t size)
{
    const BYTE *from = data;
    size_t left = size;

    if (taken == position && writer->offset != 0) {
        writer->segment->origin = position;
        writer->offset = 0;
    }
    while (left > 0) {
        size_t room = writer->segment == NULL ? 0 : segment_room(writer->segment, taken, position);
        if (room == 0) {
            if (!extend(ring, writer, position)) {
                break;
            }
            room = writer->segment->size;
        }
        size_t count = min_size(left, room);
        copy_in(writer->segment, writer->offset, from, count);
        advance(writer, count);
        from += count;
        position += count;
        left -= count;
    }
    return size - left;
}

/* Takes the reader to the segment that has `position`, and returns where that segment ends as far
 * as it is known. */
static uint64_t enter(struct rdy_ring *ring, struct rdy_ring_cursor *reader, uint64_t position)
{
    if (reader->segment == NULL) {
        reader->segment = ring->first;
    }
    uint64_t end = END_UNKNOWN;
    if (ring->is_linked) {
        end = (uint64_t)RDY_READ_ACQUIRE64(&reader->segment->end);
        if (end == position) {
            struct rdy_ring_segment *left = reader->segment;
            reader->segment = left->next;
            reader->offset = 0;
            HeapFree(GetProcessHeap(), 0, left);
            /* A segment is made for a byte: the next one is not left before it has one. */
            end = (uint64_t)RDY_READ_ACQUIRE64(&reader->segment->end);
            RDY_ASSERT(end > position);
        }
    }
    if (reader->segment->origin == position) {
        reader->offset = 0;
    }
    return end;
}

void rdy_ring_take(struct rdy_ring *ring, struct rdy_ring_cursor *reader, uint64_t position,
                   void *buffer, size_t size)
{
    BYTE *to = buffer;

    while (size > 0) {
        uint64_t end = enter(ring, reader, position);
        size_t count = end - position < size ? (size_t)(end - position) : size;
        copy_out(reader->segment, reader->offset, to, count);
        advance(reader, count);
        to += count;
        position += count;
        size -= count;
    }
}
