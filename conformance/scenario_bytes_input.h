/* scenario_bytes_input: what the profiles of the byte format share, in both directions. Internal to
 * scenario_bytes. */
#ifndef CONFORMANCE_SCENARIO_BYTES_INPUT_H
#define CONFORMANCE_SCENARIO_BYTES_INPUT_H

#include "conformance/scenario.h"
#include "conformance/scenario_bytes_layout.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Input that has ended reads as zero bytes. */
struct conf_bytes_input {
    uint8_t header[CONF_BYTES_HEADER_SIZE];
    const uint8_t *rest;
    size_t rest_size;
};

/* conf_bytes_open takes the header of an input. */
void conf_bytes_open(struct conf_bytes_input *input, const uint8_t *data, size_t size);

/* conf_bytes_records takes at most `count` whole verb records, which lie at *record, and returns
 * how many there are. */
size_t conf_bytes_records(struct conf_bytes_input *input, size_t count, const uint8_t **record);

/* conf_bytes_drops takes the drop order of a scenario whose sources are known. */
void conf_bytes_drops(struct conf_bytes_input *input, struct conf_scenario *out);

/* conf_bytes_token and conf_bytes_encode_token turn a byte into a token and back; false if it has
 * no byte. */
uint64_t conf_bytes_token(uint8_t byte);
bool conf_bytes_encode_token(uint64_t token, uint8_t *byte);

/* conf_bytes_join adds the join of `target` by `thread` to the graph of joins unless that closes a
 * circle; bit u of reach[t] says that t waits for u, directly or not, or is u. */
bool conf_bytes_join(uint8_t reach[CONF_BYTES_THREADS], unsigned thread, unsigned target);

/* conf_bytes_group fills in the threads of a scenario and its `count` verbs, grouped by thread, in
 * the order within each. */
void conf_bytes_group(const struct conf_verb *verb, unsigned count, struct conf_scenario *out);

/* conf_bytes_find returns the index of `value` among `count` numbers, `count` if it is not there.
 */
unsigned conf_bytes_find(const uint32_t *table, unsigned count, uint32_t value);

/* conf_bytes_encode_drops writes the drop order behind `size` bytes and returns their number, if it
 * is given or if placing the sources has changed what the default means; else it returns `size`.
 * place[i] is the place of source i among the decoded ones. */
size_t conf_bytes_encode_drops(const struct conf_scenario *scenario, const uint8_t *place,
                               uint8_t *bytes, size_t size);

/* The profile of in-memory streams: scenario_bytes_stream.c. */
void conf_bytes_decode_stream(struct conf_bytes_input *input, struct conf_scenario *out);

/* conf_bytes_encode_stream returns the size of the bytes, 0 with *missing set if something has no
 * place in them. */
size_t conf_bytes_encode_stream(const struct conf_scenario *scenario, uint8_t *bytes,
                                const char **missing);

#endif
