/* scenario_bytes_socket: the byte format of the profiles of sockets as tables, shared by both
 * directions. Internal to scenario_bytes.
 *
 * Sources come in this order: polls, the waker, and the kinds of the profile. */
#ifndef CONFORMANCE_SCENARIO_BYTES_SOCKET_H
#define CONFORMANCE_SCENARIO_BYTES_SOCKET_H

#include "conformance/scenario_bytes_input.h"

enum conf_sockets_header {
    CONF_SOCKETS_SETTINGS_BYTE,                   /* as of named pipes, but for late-polls */
    CONF_SOCKETS_WORLD,                           /* faults, buffers, network, layers, family */
    CONF_SOCKETS_COUNTS,                          /* two bits a kind, */
    CONF_SOCKETS_POLLS = CONF_SOCKETS_COUNTS + 2, /* the last kind, then polls and who polls them */
    CONF_SOCKETS_NAMES,                           /* of the first TCP sockets */
    CONF_SOCKETS_TOKEN                            /* of the waker */
};

#define CONF_SOCKETS_SETTINGS     5u /* of one bit each, from bit 2 */
#define CONF_SOCKETS_BUFFER_SHIFT 2u
#define CONF_SOCKETS_PROMPT       0x10u
#define CONF_SOCKETS_LAYERS_SHIFT 5u
#define CONF_SOCKETS_V6           0x80u
#define CONF_SOCKETS_SECOND_POLL  0x04u
#define CONF_SOCKETS_WAKER        0x08u
#define CONF_SOCKETS_POLLER_SHIFT 4u
#define CONF_SOCKETS_NAME_BITS    8u
#define CONF_SOCKETS_IN_SECOND    0x40u /* of a record: the second poll */
#define CONF_SOCKETS_CAST_SHIFT   5u

#define CONF_SOCKETS_KINDS 9u
#define CONF_SOCKETS_SLOTS 32u /* the low four bits of a record, and its highest */

struct conf_bytes_socket_kind {
    uint8_t kind; /* enum conf_source_kind */
    char name[3];
    uint8_t count[4]; /* how many, by its two bits */
};

struct conf_bytes_socket_profile {
    struct conf_bytes_socket_kind kind[CONF_SOCKETS_KINDS];
    uint8_t slot[CONF_SOCKETS_SLOTS]; /* enum conf_verb_code */
};
extern const struct conf_bytes_socket_profile conf_bytes_sockets, conf_bytes_selector;

extern const uint8_t conf_bytes_socket_buffer_table[4];
extern const uint8_t conf_bytes_socket_setting_offset[CONF_SOCKETS_SETTINGS];

/* conf_bytes_takers lists the sources that take a verb, conf_bytes_others whom it may be about
 * beside its source, conf_bytes_options the options of a kind; each returns how many there are. */
unsigned conf_bytes_takers(const struct conf_scenario *scenario, enum conf_verb_code code,
                           uint8_t taker[CONF_SOURCES_MAX]);
unsigned conf_bytes_others(const struct conf_scenario *scenario, const struct conf_verb *verb,
                           uint8_t other[CONF_SOURCES_MAX]);
unsigned conf_bytes_options(enum conf_source_kind kind, uint8_t option[CONF_OPTION_COUNT]);

void conf_bytes_decode_socket(const struct conf_bytes_socket_profile *profile,
                              struct conf_bytes_input *input, struct conf_scenario *out);

/* conf_bytes_encode_socket returns the size of the bytes, 0 with *missing set if something has no
 * place in them. */
size_t conf_bytes_encode_socket(const struct conf_bytes_socket_profile *profile,
                                const struct conf_scenario *scenario, uint8_t *bytes,
                                const char **missing);

#endif
