/* ring: bytes on their way from one writer to one reader, who may run at the same time.
 *
 * Bytes are named by their position: how many were put before them. Nothing moves once it is put.
 * Memory comes in segments of at most RDY_RING_SEGMENT_SIZE bytes, each a ring of its own, made
 * when the first byte has no place elsewhere: a ring of up to that size has one segment as large as
 * its capacity, of which only what is used is touched. A ring that runs empty starts over at the
 * beginning of its segment, so that a few bytes back and forth stay in the same few cache lines.
 *
 * Who may put and take how much is the owner's business (core/channel.c), and so is the order: the
 * writer learns what was taken, and the reader what was put, by words that carry that order. Never
 * blocks; the only allocation is in rdy_ring_put. */
#ifndef CORE_RING_H
#define CORE_RING_H

#include "core/win32.h"

#include <stddef.h>
#include <stdint.h>

#define RDY_RING_SEGMENT_SIZE ((size_t)65536)

/* A stretch of memory that is a ring of its own. */
struct rdy_ring_segment {
    struct rdy_ring_segment *next; /* written before `end` */
    LONG64 end;                    /* position of the first byte of `next`; unknown before */
    uint64_t begin;                /* position of its first byte */
    uint64_t origin;               /* position at which offset 0 was last begun with */
    size_t size;
    BYTE *bytes; /* behind this structure, aligned for large copies */
};

/* What one side knows. Embedded in that side's own memory; all zero to begin with. */
struct rdy_ring_cursor {
    struct rdy_ring_segment *segment; /* NULL before the first byte */
    size_t offset;                    /* in it, where the next byte goes or comes from */
};

/* What both know. */
struct rdy_ring {
    size_t segment_size;            /* bytes */
    BOOL is_linked;                 /* it may have more than one segment */
    struct rdy_ring_segment *first; /* written once, before the first byte */
};

/* rdy_ring_init makes an empty ring that will hold at most `capacity` bytes. */
void rdy_ring_init(struct rdy_ring *ring, size_t capacity);

/* rdy_ring_deinit frees the memory; `reader` is that of the reader. Nobody uses the ring any more.
 */
void rdy_ring_deinit(struct rdy_ring *ring, const struct rdy_ring_cursor *reader);

/* rdy_ring_put copies `size` bytes to `position` and the following ones, and returns how many it
 * could: fewer only when there is no memory. `taken` is the position up to which the reader has
 * taken, as far as the writer knows. */
size_t rdy_ring_put(struct rdy_ring *ring, struct rdy_ring_cursor *writer, uint64_t taken,
                    uint64_t position, const void *data, size_t size);

/* rdy_ring_take copies the `size` bytes from `position` on, which were put, to `buffer`; their
 * places are free once the writer learns of it. */
void rdy_ring_take(struct rdy_ring *ring, struct rdy_ring_cursor *reader, uint64_t position,
                   void *buffer, size_t size);

/* ---- the common case, inline: one segment, and the bytes do not go around its end ---- */

/* rdy_ring_copy copies bytes that do not overlap. Few of them it copies by two moves that may cover
 * some twice: a call costs more than they do. */
static inline void rdy_ring_copy(BYTE *to, const BYTE *from, size_t size)
{
    if (size > 16) {
        CopyMemory(to, from, size);
    } else if (size >= 8) {
        uint64_t first, last;
        CopyMemory(&first, from, sizeof first);
        CopyMemory(&last, from + size - sizeof last, sizeof last);
        CopyMemory(to, &first, sizeof first);
        CopyMemory(to + size - sizeof last, &last, sizeof last);
    } else if (size >= 4) {
        uint32_t first, last;
        CopyMemory(&first, from, sizeof first);
        CopyMemory(&last, from + size - sizeof last, sizeof last);
        CopyMemory(to, &first, sizeof first);
        CopyMemory(to + size - sizeof last, &last, sizeof last);
    } else if (size > 0) {
        to[0] = from[0];
        to[size / 2] = from[size / 2];
        to[size - 1] = from[size - 1];
    }
}

/* rdy_ring_put_straight does what rdy_ring_put does, or returns FALSE and has put nothing. */
static inline BOOL rdy_ring_put_straight(const struct rdy_ring *ring,
                                         struct rdy_ring_cursor *writer, uint64_t taken,
                                         uint64_t position, const void *data, size_t size)
{
    struct rdy_ring_segment *segment = writer->segment;

    if (segment == NULL || ring->is_linked) {
        return FALSE;
    }
    if (taken == position && writer->offset != 0) {
        segment->origin = position;
        writer->offset = 0;
    }
    if (size > segment->size - writer->offset) {
        return FALSE;
    }
    rdy_ring_copy(segment->bytes + writer->offset, data, size);
    writer->offset += size;
    if (writer->offset == segment->size) {
        writer->offset = 0;
    }
    return TRUE;
}

/* rdy_ring_take_straight does what rdy_ring_take does, or returns FALSE and has taken nothing. */
static inline BOOL rdy_ring_take_straight(const struct rdy_ring *ring,
                                          struct rdy_ring_cursor *reader, uint64_t position,
                                          void *buffer, size_t size)
{
    const struct rdy_ring_segment *segment = reader->segment;

    if (segment == NULL || ring->is_linked) {
        return FALSE;
    }
    if (segment->origin == position) {
        reader->offset = 0;
    }
    if (size > segment->size - reader->offset) {
        return FALSE;
    }
    rdy_ring_copy(buffer, segment->bytes + reader->offset, size);
    reader->offset += size;
    if (reader->offset == segment->size) {
        reader->offset = 0;
    }
    return TRUE;
}

#endif
