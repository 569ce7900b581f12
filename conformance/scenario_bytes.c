/* From bytes to a scenario: the hot path of fuzzing. scenario_bytes_encode.c is the way back. */
#include "conformance/scenario_bytes.h"

#include "conformance/scenario_bytes_input.h"
#include "conformance/scenario_bytes_layout.h"
#include "conformance/scenario_bytes_socket.h"
#include "conformance/scenario_words.h"

#include <assert.h>
#include <string.h>

const char *const conf_bytes_profile_name[] = {
    [CONF_BYTES_NAMED_PIPE] = "named_pipe",
    [CONF_BYTES_DUPLEX] = "duplex",
    [CONF_BYTES_SOCKETS] = "sockets",
    [CONF_BYTES_SELECTOR] = "selector",
};

enum conf_bytes_profile conf_bytes_profile_of(const struct conf_scenario *scenario)
{
    for (unsigned i = 0; i < scenario->source_count; i++) {
        uint8_t kind = scenario->source[i].kind;

        if (kind == CONF_SIMPLEX || kind == CONF_DUPLEX || kind == CONF_TASK) {
            return CONF_BYTES_DUPLEX;
        }
        if (conf_kind_is_socket((enum conf_source_kind)kind) || kind == CONF_USER_SOURCE) {
            return CONF_BYTES_SOCKETS;
        }
    }
    return CONF_BYTES_NAMED_PIPE;
}

static void decode_settings(const uint8_t *header, struct conf_settings *settings)
{
    uint8_t bits = header[CONF_HEADER_SETTINGS];
    uint8_t result_write = bits & 3u;

    memset(settings, 0, sizeof(*settings));
    settings->result_write = result_write > CONF_RESULT_ANY ? CONF_RESULT_ANY : result_write;
    for (unsigned i = 0; i < CONF_BYTES_SETTINGS; i++) {
        *((uint8_t *)settings + conf_bytes_setting_offset[i]) = bits >> (2 + i) & 1u;
    }
    settings->faults = header[CONF_HEADER_WORLD] & CONF_BYTES_FAULTS_MAX;
    settings->short_writes = (header[CONF_HEADER_HOMES] & CONF_HOMES_SHORT_WRITES) != 0;
}

static struct conf_bytes_places decode_places(const uint8_t *header)
{
    uint8_t count[CONF_RANGE_COUNT];
    struct conf_bytes_places places;

    count[CONF_RANGE_POLL] = header[CONF_HEADER_WORLD] & CONF_WORLD_SECOND_POLL ? 2 : 1;
    count[CONF_RANGE_WAKER] = (header[CONF_HEADER_WORLD] & CONF_WORLD_WAKER_IN(0)) != 0;
    if (count[CONF_RANGE_POLL] == 2) {
        count[CONF_RANGE_WAKER] += (header[CONF_HEADER_WORLD] & CONF_WORLD_WAKER_IN(1)) != 0;
    }
    for (unsigned i = 0; i < CONF_BYTES_ENDS; i++) {
        count[conf_bytes_end_table[i].range] =
            conf_bytes_end_table[i]
                .count[header[CONF_HEADER_ENDS] >> conf_bytes_end_table[i].shift & 3u];
    }
    places.first[0] = 0;
    for (unsigned r = 0; r < CONF_RANGE_COUNT; r++) {
        places.first[r + 1] = (uint8_t)(places.first[r] + count[r]);
    }
    return places;
}

static void decode_waker(const uint8_t *header, unsigned nth, struct conf_source *source)
{
    bool first = nth == 0 && (header[CONF_HEADER_WORLD] & CONF_WORLD_WAKER_IN(0)) != 0;

    source->poll = first ? 0 : 1;
    source->token = conf_bytes_token(header[first ? CONF_HEADER_TOKEN : CONF_HEADER_TOKEN_SECOND]);
}

/* Decodes the attributes of the pipe end with this number among all ends. */
static void decode_end(const uint8_t *header, unsigned number, struct conf_source *source,
                       struct conf_scenario *out)
{
    uint8_t names = header[CONF_HEADER_PIPES];

    /* Whatever its bit says, the first end has the first name. */
    source->pipe = number < CONF_BYTES_PIPE_BITS ? (names >> number ^ names) & 1u : 0;
    if (source->pipe >= out->pipe_count) {
        out->pipe_count = (uint8_t)(source->pipe + 1);
    }
    source->mode =
        (header[CONF_HEADER_HOMES] & CONF_HOMES_MESSAGE) != 0 ? CONF_PIPE_MESSAGE : CONF_PIPE_BYTE;
    if (conf_kind_is_pipe_server((enum conf_source_kind)source->kind)) {
        source->quota = conf_bytes_quota_table[header[CONF_HEADER_WORLD] >> CONF_WORLD_QUOTA_SHIFT &
                                               (CONF_BYTES_QUOTAS - 1)];
    }
}

static void decode_sources(const uint8_t *header, const struct conf_bytes_places *places,
                           struct conf_scenario *out)
{
    out->pipe_count = 0;
    memcpy(out->pipe_name[0], "a", 2);
    memcpy(out->pipe_name[1], "b", 2);
    for (unsigned r = 0; r < CONF_RANGE_COUNT; r++) {
        const struct conf_bytes_range_row *row = &conf_bytes_range_table[r];

        for (unsigned i = places->first[r]; i < places->first[r + 1]; i++) {
            struct conf_source *source = &out->source[i];
            unsigned nth = i - places->first[r];

            memset(source, 0, offsetof(struct conf_source, name));
            memcpy(source->name, row->name[nth], sizeof(row->name[nth]));
            source->kind = row->kind;
            source->poll = source->pipe = source->of = CONF_NONE;
            if (r == CONF_RANGE_WAKER) {
                decode_waker(header, nth, source);
            } else if (r > CONF_RANGE_WAKER) {
                decode_end(header, i - places->first[CONF_RANGE_WAKER + 1], source, out);
            }
        }
    }
    out->source_count = places->first[CONF_RANGE_COUNT];
}

static void decode_argument(struct conf_verb *verb, const uint8_t *record, unsigned poll)
{
    uint8_t argument = record[2];

    switch ((enum conf_verb_code)verb->code) {
    case CONF_VERB_REGISTER:
    case CONF_VERB_REREGISTER:
        verb->token = conf_bytes_token(argument);
        verb->interest = conf_bytes_interest_table[record[1] >> 4 & 3u];
        verb->poll = (uint8_t)poll;
        break;
    case CONF_VERB_DEREGISTER:
        verb->poll = (uint8_t)poll;
        break;
    case CONF_VERB_POLL:
        verb->timeout_ms = conf_bytes_timeout_table[argument & 7u];
        verb->size = conf_bytes_events_table[argument >> 3 & 7u];
        break;
    case CONF_VERB_READ:
    case CONF_VERB_WRITE:
        verb->size = conf_bytes_size_table[argument % CONF_BYTES_SIZES];
        break;
    case CONF_VERB_DROP:
    case CONF_VERB_WAKE:
    case CONF_VERB_OPEN:
    case CONF_VERB_CONNECT:
    case CONF_VERB_DISCONNECT:
    case CONF_VERB_TAKE_ERROR:
    case CONF_VERB_JOIN:
    case CONF_VERB_POLL_READ:
    case CONF_VERB_POLL_WRITE:
    case CONF_VERB_POLL_WRITEV:
    case CONF_VERB_FLUSH:
    case CONF_VERB_SHUTDOWN:
    case CONF_VERB_SPLIT:
    case CONF_VERB_UNSPLIT:
    case CONF_VERB_ACCEPT:
    case CONF_VERB_PEEK:
    case CONF_VERB_READV:
    case CONF_VERB_WRITEV:
    case CONF_VERB_RECV_FROM:
    case CONF_VERB_SEND_TO:
    case CONF_VERB_OPTION:
    case CONF_VERB_ADDRESS:
    case CONF_VERB_URGENT:
    case CONF_VERB_READY:
    case CONF_VERB_COUNT:
        break;
    }
}

/* Decodes one record. Returns false for one without a meaning here: a verb for which there is no
 * source, or a join that would wait for ever. */
static bool decode_verb(const uint8_t *record, const uint8_t *header,
                        const struct conf_bytes_places *places, uint8_t reach[CONF_BYTES_THREADS],
                        struct conf_verb *verb)
{
    unsigned slot = record[0] & 15u;
    unsigned first = places->first[conf_bytes_slot_table[slot].first_range];
    unsigned count = places->first[conf_bytes_slot_table[slot].last_range + 1] - first;
    unsigned polls = places->first[CONF_RANGE_POLL + 1];

    if (count == 0) {
        return false;
    }
    memset(verb, 0, sizeof(*verb));
    verb->code = conf_bytes_slot_table[slot].code;
    verb->thread = record[0] >> 4 & 3u;
    verb->poll = verb->target = verb->label = verb->task = verb->other = CONF_NONE;
    if (verb->code == CONF_VERB_JOIN) {
        verb->source = CONF_NONE;
        verb->target = record[1] & 3u;
        return conf_bytes_join(reach, verb->thread, verb->target);
    }
    verb->source = (uint8_t)(first + (record[1] & 15u) % count);
    if (verb->code == CONF_VERB_POLL) {
        verb->thread = header[CONF_HEADER_HOMES] >> (2u * verb->source) & 3u;
    }
    decode_argument(verb, record, (record[0] >> 6 & 1u) % polls);
    return true;
}

static void decode_verbs(struct conf_bytes_input *input, const struct conf_bytes_places *places,
                         struct conf_scenario *out)
{
    struct conf_verb verb[CONF_BYTES_VERBS_MAX];
    uint8_t reach[CONF_BYTES_THREADS] = {1, 2, 4, 8};
    const uint8_t *record;
    size_t records = conf_bytes_records(input, input->header[CONF_HEADER_VERBS], &record);
    unsigned count = 0;

    for (size_t i = 0; i < records; i++) {
        count += decode_verb(record + i * CONF_BYTES_RECORD_SIZE, input->header, places, reach,
                             &verb[count]);
    }
    conf_bytes_group(verb, count, out);
}

static void decode_named_pipe(struct conf_bytes_input *input, struct conf_scenario *out)
{
    struct conf_bytes_places places;

    decode_settings(input->header, &out->settings);
    places = decode_places(input->header);
    decode_sources(input->header, &places, out);
    decode_verbs(input, &places, out);
}

void conf_bytes_decode(enum conf_bytes_profile profile, const uint8_t *data, size_t size,
                       struct conf_scenario *out, const uint8_t **tail, size_t *tail_size)
{
    struct conf_bytes_input input;

    conf_bytes_open(&input, data, size);
    memcpy(out->name, "bytes", sizeof("bytes"));
    out->about[0] = 0;
    out->label_count = out->outcome_count = 0;
    out->forbid_count = out->forbid_given = 0;
    out->allow_count = 0;
    switch (profile) {
    case CONF_BYTES_NAMED_PIPE:
        decode_named_pipe(&input, out);
        break;
    case CONF_BYTES_DUPLEX:
        conf_bytes_decode_stream(&input, out);
        break;
    case CONF_BYTES_SOCKETS:
        conf_bytes_decode_socket(&conf_bytes_sockets, &input, out);
        break;
    case CONF_BYTES_SELECTOR:
        conf_bytes_decode_socket(&conf_bytes_selector, &input, out);
        break;
    case CONF_BYTES_PROFILE_COUNT:
        assert(!"a profile");
    }
    conf_bytes_drops(&input, out);
    *tail = input.rest;
    *tail_size = input.rest_size;
}
