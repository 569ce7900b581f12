/* pipe_queue: one direction of a named pipe. Fact 4.3: ReactOS npfs read.c, write.c, datasup.c,
 * cross-checked with Wine kernel32/pipe.c test_blocking_rw and probe p_pipe.
 *
 * Invariants
 * Q1  readers wait or entries do, never both.
 * Q2  used = sum of charged over entries <= quota; an entry whose request waits has
 *     charged < size - offset; entries after such a one have charged = 0 or wait, too.
 * Q3  a pending write completes as soon as the unread bytes up to and including it fit the quota.
 */
#include "fakes/pipe.h"

#include <string.h>

void pipe_queue_init(struct sim_pipe_queue *queue, uint32_t quota)
{
    queue->ordinal = ++sim_running->object_count;
    queue->quota = quota;
    queue->last = &queue->first;
    queue->readers_last = &queue->readers;
}

bool pipe_queue_is_empty(const struct sim_pipe_queue *queue)
{
    return queue->first == NULL;
}

static struct sim_request *reader_pop(struct sim_pipe_queue *queue)
{
    struct sim_request *reader = queue->readers;
    queue->readers = reader->queue_next;
    if (queue->readers == NULL) {
        queue->readers_last = &queue->readers;
    }
    reader->queue_next = NULL;
    return reader;
}

static void entry_free(struct sim_pipe_entry *entry)
{
    arena_free(&sim_running->arena, entry, sizeof *entry + entry->size);
}

static void entry_pop(struct sim_pipe_queue *queue)
{
    struct sim_pipe_entry *entry = queue->first;
    queue->first = entry->next;
    if (queue->first == NULL) {
        queue->last = &queue->first;
    }
    queue->used -= entry->charged;
    entry_free(entry);
}

/* Freed quota goes to stalled writes in order; a write completes when its unread rest is charged.
 */
static void charge_stalled(struct sim_pipe_queue *queue)
{
    for (struct sim_pipe_entry *entry = queue->first; entry != NULL; entry = entry->next) {
        uint32_t wants = entry->size - entry->offset - entry->charged;
        uint32_t room = queue->quota - queue->used;
        uint32_t gets = wants < room ? wants : room;
        entry->charged += gets;
        queue->used += gets;
        if (gets < wants) {
            return;
        }
        if (entry->request != NULL) {
            struct sim_request *request = entry->request;
            entry->request = NULL;
            request_complete(request, STATUS_SUCCESS, entry->size + entry->given, NULL, false);
        }
    }
}

/* A read takes `left` bytes of a message into a buffer of `room`: a message-mode read of part of a
 * message is a warning (probe p_message). */
static NTSTATUS read_status(const struct sim_request *reader, uint32_t left, uint32_t room)
{
    return reader->message_read && left > room ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

/* ---- write ---- */

static NTSTATUS entry_append(struct sim_pipe_queue *queue, struct sim_request *request,
                             uint32_t given, bool message)
{
    uint32_t size = request->length - given;
    struct sim_pipe_entry *entry = arena_alloc(&sim_running->arena, sizeof *entry + size);
    entry->size = size;
    entry->message = message;
    if (size != 0) {
        memcpy(entry->data, (const char *)request->buffer + given, size);
    }
    uint32_t room = queue->quota - queue->used;
    entry->charged = size < room ? size : room;
    queue->used += entry->charged;
    *queue->last = entry;
    queue->last = &entry->next;
    if (entry->charged == size) {
        request_complete(request, STATUS_SUCCESS, request->length, NULL, true);
        return STATUS_SUCCESS;
    }
    entry->request = request;
    entry->given = given;
    return STATUS_PENDING;
}

NTSTATUS pipe_queue_write(struct sim_pipe_queue *queue, struct sim_request *request, bool message)
{
    uint32_t given = 0;
    if (request->length == 0 && !message) {
        /* No effect at all: it does not even wake a reader (Wine kernel32/pipe.c:3057-3066). */
        request_complete(request, STATUS_SUCCESS, 0, NULL, true);
        return STATUS_SUCCESS;
    }
    bool empty = request->length == 0; /* an empty message: satisfies one read, or is queued */
    while (queue->readers != NULL && (given < request->length || empty)) {
        struct sim_request *reader = reader_pop(queue);
        uint32_t left = request->length - given;
        uint32_t gives = left < reader->length ? left : reader->length;
        request_complete(reader, read_status(reader, left, reader->length), gives,
                         gives != 0 ? (const char *)request->buffer + given : NULL, false);
        given += gives;
        if (empty) {
            request_complete(request, STATUS_SUCCESS, 0, NULL, true);
            return STATUS_SUCCESS;
        }
    }
    if (given == request->length && !empty) {
        request_complete(request, STATUS_SUCCESS, request->length, NULL, true);
        return STATUS_SUCCESS;
    }
    return entry_append(queue, request, given, message);
}

/* ---- read ---- */

/* Takes bytes of the first entry; completes its write if that was the last of it. */
static uint32_t entry_take(struct sim_pipe_queue *queue, char *out, uint32_t room)
{
    struct sim_pipe_entry *entry = queue->first;
    uint32_t left = entry->size - entry->offset;
    uint32_t takes = left < room ? left : room;
    if (takes != 0) {
        memcpy(out, entry->data + entry->offset, takes);
    }
    entry->offset += takes;
    uint32_t uncharged = takes < entry->charged ? takes : entry->charged;
    entry->charged -= uncharged;
    queue->used -= uncharged;
    if (entry->offset == entry->size) {
        struct sim_request *writer = entry->request;
        uint32_t written = entry->size + entry->given;
        entry_pop(queue);
        if (writer != NULL) { /* other requests complete before the caller's own (fact 1.3) */
            request_complete(writer, STATUS_SUCCESS, written, NULL, false);
        }
    }
    return takes;
}

NTSTATUS pipe_queue_read(struct sim_pipe_queue *queue, struct sim_request *request)
{
    if (queue->first == NULL) {
        *queue->readers_last = request;
        queue->readers_last = &request->queue_next;
        return STATUS_PENDING;
    }
    uint32_t done = 0;
    NTSTATUS status = STATUS_SUCCESS;
    if (request->message_read) { /* one message, or what fits of it */
        const struct sim_pipe_entry *entry = queue->first;
        status = read_status(request, entry->size - entry->offset, request->length);
        done = entry_take(queue, request->buffer, request->length);
    } else {
        while (queue->first != NULL && done < request->length) {
            done += entry_take(queue, (char *)request->buffer + done, request->length - done);
        }
    }
    charge_stalled(queue);
    request_complete(request, status, done, NULL, true);
    return status;
}

void pipe_queue_peek(const struct sim_pipe_queue *queue, bool message, void *out, uint32_t room,
                     uint32_t *read, uint32_t *available, uint32_t *left)
{
    uint32_t length = 0; /* of the message that comes next; 0 in byte mode */
    *read = *available = 0;
    for (const struct sim_pipe_entry *entry = queue->first; entry; entry = entry->next) {
        uint32_t unread = entry->size - entry->offset;
        uint32_t takes = unread < room - *read ? unread : room - *read;
        bool first = entry == queue->first;
        if (first && message) {
            length = unread;
        }
        if ((first || !message) && takes != 0) {
            memcpy((char *)out + *read, entry->data + entry->offset, takes);
            *read += takes;
        }
        *available += unread;
    }
    *left = length - *read; /* so in byte mode, too: not the 0 that is documented */
}

/* ---- cancel and end ---- */

static bool reader_unlink(struct sim_pipe_queue *queue, struct sim_request *request)
{
    for (struct sim_request **link = &queue->readers; *link != NULL; link = &(*link)->queue_next) {
        if (*link == request) {
            *link = request->queue_next;
            if (*link == NULL) {
                queue->readers_last = link;
            }
            request->queue_next = NULL;
            return true;
        }
    }
    return false;
}

void pipe_queue_cancel(struct sim_pipe_queue *queue, struct sim_request *request)
{
    touch(SIM_RESOURCE_QUEUE, queue->ordinal, true);
    if (reader_unlink(queue, request)) {
        return;
    }
    /* A write: its unread rest disappears, and later writes may now fit (fact 3). */
    struct sim_pipe_entry **link = &queue->first;
    while ((*link)->request != request) {
        link = &(*link)->next;
    }
    struct sim_pipe_entry *entry = *link;
    *link = entry->next;
    if (*link == NULL) {
        queue->last = link;
    }
    queue->used -= entry->charged;
    entry_free(entry);
    charge_stalled(queue);
}

void pipe_queue_fail_readers(struct sim_pipe_queue *queue, NTSTATUS status)
{
    touch(SIM_RESOURCE_QUEUE, queue->ordinal, true);
    while (queue->readers != NULL) {
        request_complete(reader_pop(queue), status, 0, NULL, false);
    }
}

void pipe_queue_fail_writers(struct sim_pipe_queue *queue, NTSTATUS status)
{
    touch(SIM_RESOURCE_QUEUE, queue->ordinal, true);
    while (queue->first != NULL) {
        struct sim_request *request = queue->first->request;
        entry_pop(queue);
        if (request != NULL) {
            request_complete(request, status, 0, NULL, false);
        }
    }
}
