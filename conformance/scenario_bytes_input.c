/* What the profiles of the byte format share. */
#include "conformance/scenario_bytes_input.h"

#include <string.h>

uint64_t conf_bytes_token(uint8_t byte)
{
    return byte < CONF_BYTES_TOKENS_PLAIN ? byte
                                          : conf_bytes_token_table[byte - CONF_BYTES_TOKENS_PLAIN];
}

bool conf_bytes_encode_token(uint64_t token, uint8_t *byte)
{
    if (token < CONF_BYTES_TOKENS_PLAIN) {
        *byte = (uint8_t)token;
        return true;
    }
    for (unsigned i = 0; i < (256u - CONF_BYTES_TOKENS_PLAIN); i++) {
        if (conf_bytes_token_table[i] == token) {
            *byte = (uint8_t)(CONF_BYTES_TOKENS_PLAIN + i);
            return true;
        }
    }
    return false;
}

unsigned conf_bytes_find(const uint32_t *table, unsigned count, uint32_t value)
{
    unsigned i = 0;

    while (i < count && table[i] != value) {
        i++;
    }
    return i;
}

void conf_bytes_open(struct conf_bytes_input *input, const uint8_t *data, size_t size)
{
    if (size >= CONF_BYTES_HEADER_SIZE) {
        memcpy(input->header, data, CONF_BYTES_HEADER_SIZE);
        input->rest = data + CONF_BYTES_HEADER_SIZE;
        input->rest_size = size - CONF_BYTES_HEADER_SIZE;
        return;
    }
    memset(input->header, 0, CONF_BYTES_HEADER_SIZE);
    if (size > 0) {
        memcpy(input->header, data, size);
    }
    input->rest = size > 0 ? data + size : data;
    input->rest_size = 0;
}

size_t conf_bytes_records(struct conf_bytes_input *input, size_t count, const uint8_t **record)
{
    size_t records = count < CONF_BYTES_VERBS_MAX ? count : CONF_BYTES_VERBS_MAX;

    if (records > input->rest_size / CONF_BYTES_RECORD_SIZE) {
        records = input->rest_size / CONF_BYTES_RECORD_SIZE;
    }
    *record = input->rest;
    input->rest += records * CONF_BYTES_RECORD_SIZE;
    input->rest_size -= records * CONF_BYTES_RECORD_SIZE;
    return records;
}

bool conf_bytes_join(uint8_t reach[CONF_BYTES_THREADS], unsigned thread, unsigned target)
{
    if ((reach[target] >> thread & 1u) != 0) {
        return false;
    }
    for (unsigned t = 0; t < CONF_BYTES_THREADS; t++) {
        if ((reach[t] >> thread & 1u) != 0) {
            reach[t] |= reach[target];
        }
    }
    return true;
}

void conf_bytes_group(const struct conf_verb *verb, unsigned count, struct conf_scenario *out)
{
    uint16_t next[CONF_BYTES_THREADS] = {0};
    unsigned threads = 0;

    for (unsigned i = 0; i < count; i++) {
        unsigned last = verb[i].thread;

        next[verb[i].thread]++;
        if (verb[i].target != CONF_NONE && verb[i].target > last) {
            last = verb[i].target;
        }
        threads = last + 1 > threads ? last + 1 : threads;
    }
    out->thread_first[0] = 0;
    for (unsigned t = 0; t < threads; t++) {
        const char name[3] = {'T', (char)('0' + t), 0};

        memcpy(out->thread_name[t], name, sizeof(name));
        out->thread_first[t + 1] = (uint16_t)(out->thread_first[t] + next[t]);
        next[t] = out->thread_first[t];
    }
    for (unsigned i = 0; i < count; i++) {
        out->verb[next[verb[i].thread]++] = verb[i];
    }
    out->thread_count = (uint8_t)threads;
    out->verb_count = (uint16_t)count;
}

/* One byte for each place but the last, choosing among the sources that are left. */
void conf_bytes_drops(struct conf_bytes_input *input, struct conf_scenario *out)
{
    uint8_t left[CONF_SOURCES_MAX];
    unsigned count = out->source_count;

    out->drop_count = 0;
    if ((input->header[CONF_HEADER_SETTINGS] & CONF_SETTINGS_DROPS) == 0) {
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        left[i] = (uint8_t)i;
    }
    for (; count > 0; count--) {
        unsigned choice = 0;

        if (count > 1 && input->rest_size > 0) {
            choice = *input->rest % count;
            input->rest++;
            input->rest_size--;
        }
        out->drop[out->drop_count++] = left[choice];
        memmove(left + choice, left + choice + 1, count - choice - 1);
    }
}

size_t conf_bytes_encode_drops(const struct conf_scenario *scenario, const uint8_t *place,
                               uint8_t *bytes, size_t size)
{
    uint8_t left[CONF_SOURCES_MAX];
    bool given = scenario->drop_count > 0;

    for (unsigned i = 0; i < scenario->source_count; i++) {
        left[i] = (uint8_t)i;
        given = given || place[i] != i;
    }
    if (!given) {
        return size;
    }
    bytes[CONF_HEADER_SETTINGS] |= CONF_SETTINGS_DROPS;
    for (unsigned i = 0; i + 1 < scenario->source_count; i++) {
        uint8_t source = scenario->drop_count > 0 ? scenario->drop[i] : (uint8_t)i;
        uint8_t choice = 0;

        while (left[choice] != place[source]) {
            choice++;
        }
        bytes[size++] = choice;
        memmove(left + choice, left + choice + 1, scenario->source_count - i - choice - 1u);
    }
    return size;
}
