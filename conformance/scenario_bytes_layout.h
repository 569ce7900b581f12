/* scenario_bytes_layout: the byte format of scenarios as tables, shared by both directions so that
 * what is decoded can be encoded. SCENARIO.md prints them. Internal to scenario_bytes. */
#ifndef CONFORMANCE_SCENARIO_BYTES_LAYOUT_H
#define CONFORMANCE_SCENARIO_BYTES_LAYOUT_H

#include "conformance/scenario.h"
#include "conformance/scenario_bytes.h"

#include <stdint.h>

#define CONF_BYTES_HEADER_SIZE  8u
#define CONF_BYTES_RECORD_SIZE  3u
#define CONF_BYTES_THREADS      4u
#define CONF_BYTES_POLLS        2u
#define CONF_BYTES_PIPE_BITS    8u /* pipe ends whose name can be chosen */
#define CONF_BYTES_FAULTS_MAX   3u
#define CONF_BYTES_TOKENS_PLAIN 240u /* token bytes below stand for themselves */

enum conf_bytes_header {
    CONF_HEADER_SETTINGS,
    CONF_HEADER_WORLD, /* faults, quota, second poll, wakers */
    CONF_HEADER_ENDS,  /* how many pipe ends of each kind */
    CONF_HEADER_PIPES, /* which name each has */
    CONF_HEADER_HOMES, /* which thread polls; message mode, short writes */
    CONF_HEADER_TOKEN, /* of the waker in the first poll, */
    CONF_HEADER_TOKEN_SECOND,
    CONF_HEADER_VERBS
};

#define CONF_SETTINGS_DROPS       0x80u /* the drop order follows the verbs */
#define CONF_WORLD_QUOTA_SHIFT    2u
#define CONF_WORLD_SECOND_POLL    0x20u
#define CONF_WORLD_WAKER_IN(poll) (0x40u << (poll))
#define CONF_HOMES_MESSAGE        0x10u /* all ends are in message mode */
#define CONF_HOMES_SHORT_WRITES   0x20u

/* Settings of one bit each, from bit 2 of CONF_HEADER_SETTINGS; bits 0 and 1 are result-write. */
#define CONF_BYTES_SETTINGS 5u
extern const uint8_t conf_bytes_setting_offset[CONF_BYTES_SETTINGS];

/* The order of sources: the sources that a verb takes are then always one range. */
enum conf_bytes_range {
    CONF_RANGE_POLL,
    CONF_RANGE_WAKER,
    CONF_RANGE_RAW_SERVER,
    CONF_RANGE_SERVER,
    CONF_RANGE_CLIENT,
    CONF_RANGE_RAW_CLIENT,
    CONF_RANGE_COUNT
};

struct conf_bytes_range_row {
    uint8_t kind; /* enum conf_source_kind */
    uint8_t max;  /* how many of them the header can count */
    char name[3][4];
};
extern const struct conf_bytes_range_row conf_bytes_range_table[CONF_RANGE_COUNT];

/* Where the sources of each range lie: range r is [first[r], first[r + 1]). */
struct conf_bytes_places {
    uint8_t first[CONF_RANGE_COUNT + 1];
};

/* How many pipe ends of a kind there are, by two bits of CONF_HEADER_ENDS. */
struct conf_bytes_end_row {
    uint8_t range, shift;
    uint8_t count[4];
};
#define CONF_BYTES_ENDS 4u
extern const struct conf_bytes_end_row conf_bytes_end_table[CONF_BYTES_ENDS];

/* Verbs by slot, the low four bits of a record, and the ranges of sources they are for. */
struct conf_bytes_slot_row {
    uint8_t code; /* enum conf_verb_code */
    uint8_t first_range, last_range;
};
#define CONF_BYTES_SLOTS 16u
extern const struct conf_bytes_slot_row conf_bytes_slot_table[CONF_BYTES_SLOTS];

/* The same for in-memory streams: each verb is for all sources that take it. */
extern const uint8_t conf_bytes_stream_slot_table[CONF_BYTES_SLOTS];

#define CONF_BYTES_CAPACITIES 8u
extern const uint32_t conf_bytes_capacity_table[CONF_BYTES_CAPACITIES];

#define CONF_BYTES_QUOTAS   8u
#define CONF_BYTES_SIZES    32u
#define CONF_BYTES_TIMEOUTS 8u
extern const uint32_t conf_bytes_quota_table[CONF_BYTES_QUOTAS];
extern const uint32_t conf_bytes_size_table[CONF_BYTES_SIZES];
extern const uint32_t conf_bytes_timeout_table[CONF_BYTES_TIMEOUTS];
extern const uint32_t conf_bytes_events_table[CONF_BYTES_TIMEOUTS];
extern const uint8_t conf_bytes_interest_table[4];
extern const uint64_t conf_bytes_token_table[256u - CONF_BYTES_TOKENS_PLAIN];

#endif
