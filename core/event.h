/* event: one report of a poll (mio::event::Event). */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "core/interest.h"

#include <stdint.h>

/* READABLE and WRITABLE appear only within the interest of the registration; the others ride along
 * with the direction they belong to. Which kernel condition sets which bit is a table in
 * core/RESULTS.md. An event is a hint: the operation may still answer WOULD_BLOCK. */
enum rdy_event_flag {
    RDY_EVENT_READABLE = RDY_INTEREST_READABLE, /* read would not block */
    RDY_EVENT_WRITABLE = RDY_INTEREST_WRITABLE, /* write would not block */
    RDY_EVENT_ERROR = 4,                        /* the operation will report an error */
    RDY_EVENT_READ_CLOSED = 8,                  /* no more than what is buffered will arrive */
    RDY_EVENT_WRITE_CLOSED = 16,                /* the peer takes nothing any more */
    RDY_EVENT_PRIORITY = 32                     /* urgent data; never for pipes */
};

typedef struct rdy_event {
    uint64_t token; /* as given at registration; all values are legal */
    uint32_t flags; /* enum rdy_event_flag, at least one */
} rdy_event;

#endif
