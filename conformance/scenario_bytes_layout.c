#include "conformance/scenario_bytes_layout.h"

#include <assert.h>
#include <stddef.h>

static_assert(CONF_HEADER_VERBS + 1 == CONF_BYTES_HEADER_SIZE, "the header has a byte a field");
static_assert(CONF_BYTES_HEADER_SIZE + CONF_BYTES_VERBS_MAX * CONF_BYTES_RECORD_SIZE +
                      CONF_SOURCES_MAX <=
                  CONF_BYTES_SIZE_MAX,
              "header, verbs and drop order fit");

const uint8_t conf_bytes_setting_offset[] = {
    offsetof(struct conf_settings, fresh_handles), offsetof(struct conf_settings, waiters_any),
    offsetof(struct conf_settings, cancel_races),  offsetof(struct conf_settings, pending_done),
    offsetof(struct conf_settings, coarse_clock),
};

const struct conf_bytes_range_row conf_bytes_range_table[] = {
    [CONF_RANGE_POLL] = {CONF_POLL, 2, {"P0", "P1"}},
    [CONF_RANGE_WAKER] = {CONF_WAKER, 2, {"W0", "W1"}},
    [CONF_RANGE_RAW_SERVER] = {CONF_RAW_PIPE_SERVER, 3, {"RS0", "RS1", "RS2"}},
    [CONF_RANGE_SERVER] = {CONF_PIPE_SERVER, 3, {"S0", "S1", "S2"}},
    [CONF_RANGE_CLIENT] = {CONF_PIPE_CLIENT, 3, {"C0", "C1", "C2"}},
    [CONF_RANGE_RAW_CLIENT] = {CONF_RAW_PIPE_CLIENT, 3, {"RC0", "RC1", "RC2"}},
};

/* Zero bits give one server and one client. */
const struct conf_bytes_end_row conf_bytes_end_table[] = {
    {CONF_RANGE_SERVER, 0, {1, 2, 3, 0}},
    {CONF_RANGE_CLIENT, 2, {1, 0, 2, 3}},
    {CONF_RANGE_RAW_CLIENT, 4, {0, 1, 2, 3}},
    {CONF_RANGE_RAW_SERVER, 6, {0, 1, 2, 3}},
};

/* Reads, writes and polls have two slots: they are what most programs consist of. */
const struct conf_bytes_slot_row conf_bytes_slot_table[] = {
    {CONF_VERB_POLL, CONF_RANGE_POLL, CONF_RANGE_POLL},
    {CONF_VERB_READ, CONF_RANGE_RAW_SERVER, CONF_RANGE_RAW_CLIENT},
    {CONF_VERB_WRITE, CONF_RANGE_RAW_SERVER, CONF_RANGE_RAW_CLIENT},
    {CONF_VERB_REGISTER, CONF_RANGE_SERVER, CONF_RANGE_CLIENT},
    {CONF_VERB_CONNECT, CONF_RANGE_RAW_SERVER, CONF_RANGE_SERVER},
    {CONF_VERB_OPEN, CONF_RANGE_CLIENT, CONF_RANGE_RAW_CLIENT},
    {CONF_VERB_WAKE, CONF_RANGE_WAKER, CONF_RANGE_WAKER},
    {CONF_VERB_DROP, CONF_RANGE_POLL, CONF_RANGE_RAW_CLIENT},
    {CONF_VERB_REREGISTER, CONF_RANGE_SERVER, CONF_RANGE_CLIENT},
    {CONF_VERB_DEREGISTER, CONF_RANGE_SERVER, CONF_RANGE_CLIENT},
    {CONF_VERB_DISCONNECT, CONF_RANGE_RAW_SERVER, CONF_RANGE_SERVER},
    {CONF_VERB_TAKE_ERROR, CONF_RANGE_SERVER, CONF_RANGE_CLIENT},
    {CONF_VERB_JOIN, CONF_RANGE_POLL, CONF_RANGE_POLL}, /* a thread, in truth */
    {CONF_VERB_READ, CONF_RANGE_RAW_SERVER, CONF_RANGE_RAW_CLIENT},
    {CONF_VERB_WRITE, CONF_RANGE_RAW_SERVER, CONF_RANGE_RAW_CLIENT},
    {CONF_VERB_POLL, CONF_RANGE_POLL, CONF_RANGE_POLL},
};

const uint32_t conf_bytes_quota_table[] = {0, 1, 2, 16, 64, 1024, 4096, 65535};

/* Around the sizes at which something changes: nothing, one byte, the quotas, core's own read
 * buffer of 4096 and the default quota. Most are small: moving bytes is what costs time. */
const uint32_t conf_bytes_size_table[] = {
    16, 1,   0,   2,   3,   4,    5,    7,    8,    10,   15,   17,   24,   32,    63,    64,
    65, 100, 128, 255, 256, 1000, 1023, 1024, 1025, 4095, 4096, 4097, 8193, 65535, 65536, 65537,
};
static_assert(sizeof(conf_bytes_size_table) == CONF_BYTES_SIZES * sizeof(uint32_t), "none is 0");

const uint32_t conf_bytes_timeout_table[] = {CONF_TIMEOUT_INFINITE, 0, 1, 10, 15, 16, 100, 1000};
const uint32_t conf_bytes_events_table[] = {0, 1, 2, 3, 4, 8, 16, CONF_EVENTS_MAX};

const uint8_t conf_bytes_interest_table[] = {
    CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE,
    CONF_INTEREST_READABLE,
    CONF_INTEREST_WRITABLE,
    CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE,
};

const uint64_t conf_bytes_token_table[] = {
    UINT64_MAX,
    UINT64_MAX - 1,
    UINT64_C(1) << 63,
    (UINT64_C(1) << 63) + 1,
    (UINT64_C(1) << 63) - 1,
    UINT64_C(1) << 62,
    UINT64_C(1) << 32,
    (UINT64_C(1) << 32) + 1,
    UINT32_MAX,
    UINT64_C(1) << 31,
    (UINT64_C(1) << 31) - 1,
    UINT64_C(1) << 16,
    UINT16_MAX,
    256,
    4096,
    UINT64_C(0x7ffe12345678), /* looks like a pointer */
};
