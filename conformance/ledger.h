/* ledger: the objects a port tells of, and the references its requests hold.
 *
 * Turns observations, which name things by pointers, into records, which name them by ordinals in
 * order of appearance. An object's entries end with it, so reused memory gets new ordinals. */
#ifndef CONFORMANCE_LEDGER_H
#define CONFORMANCE_LEDGER_H

#include "conformance/history.h"
#include "conformance/world.h"

#include <stdbool.h>
#include <stdint.h>

#define CONF_OBJECTS_MAX  128 /* alive at a time; beyond it nothing more is followed */
#define CONF_REQUESTS_MAX 512

struct conf_ledger {
    uint32_t object_count, request_count;
    uint32_t object_last, request_last; /* ordinals given so far */
    bool full;
    struct conf_ledger_object {
        const void *identity;
        uint32_t ordinal;
        uint8_t machine;
        uint8_t source; /* whose creation or verb brought it, CONF_NONE when nobody knows */
    } object[CONF_OBJECTS_MAX];
    struct conf_ledger_request {
        const void *identity;
        uint32_t ordinal;
        uint32_t owner; /* ordinal of its object */
        uint32_t references;
    } request[CONF_REQUESTS_MAX];
};

/* conf_ledger_begin empties the ledger. */
void conf_ledger_begin(struct conf_ledger *ledger);

/* conf_ledger_enter takes in an observation and makes the record of it. It returns false when there
 * is nothing to record, because the ledger was too small. `source` is the one in whose creation or
 * verb the observation is made, CONF_NONE if none is known: an object belongs to the source that
 * brought it, and so do its records. */
bool conf_ledger_enter(struct conf_ledger *ledger, struct conf_world *world,
                       const struct conf_port *port, const struct conf_observation *observation,
                       uint8_t source, struct conf_record *record);

/* conf_ledger_sum adds up the references held and, if the world can tell, what the kernel holds of
 * the requests known; else *in_flight equals *references. */
void conf_ledger_sum(const struct conf_ledger *ledger, struct conf_world *world,
                     uint64_t *references, uint64_t *in_flight);

#endif
