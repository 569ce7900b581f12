/* The profiles of sockets, from bytes to a scenario. SCENARIO.md prints them. The way back is
 * scenario_bytes_socket_encode.c. */
#include "conformance/scenario_bytes_socket.h"

#include "conformance/scenario_words.h"

#include <assert.h>
#include <string.h>

static_assert(CONF_SOCKETS_TOKEN + 1 == CONF_HEADER_VERBS, "the header has a byte a field");

const struct conf_bytes_socket_profile conf_bytes_sockets = {
    .kind =
        {
            {CONF_TCP_LISTENER, "L", {1, 0, 2, 2}},
            {CONF_RAW_TCP_LISTENER, "RL", {0, 1, 1, 1}},
            {CONF_TCP_STREAM, "C", {1, 0, 2, 3}},
            {CONF_RAW_TCP_STREAM, "RC", {0, 1, 2, 3}},
            {CONF_TCP_ACCEPTED, "A", {1, 0, 2, 3}},
            {CONF_RAW_TCP_ACCEPTED, "RA", {0, 1, 2, 2}},
            {CONF_UDP, "U", {0, 1, 2, 3}},
            {CONF_RAW_UDP, "RU", {0, 1, 2, 2}},
            {CONF_USER_SOURCE, "X", {0, 1, 2, 2}},
        },
    .slot =
        {
            CONF_VERB_POLL,       CONF_VERB_READ,       CONF_VERB_WRITE,    CONF_VERB_REGISTER,
            CONF_VERB_CONNECT,    CONF_VERB_ACCEPT,     CONF_VERB_SHUTDOWN, CONF_VERB_DROP,
            CONF_VERB_REREGISTER, CONF_VERB_DEREGISTER, CONF_VERB_WAKE,     CONF_VERB_TAKE_ERROR,
            CONF_VERB_JOIN,       CONF_VERB_PEEK,       CONF_VERB_READ,     CONF_VERB_WRITE,
            CONF_VERB_POLL,       CONF_VERB_READV,      CONF_VERB_WRITEV,   CONF_VERB_RECV_FROM,
            CONF_VERB_SEND_TO,    CONF_VERB_OPTION,     CONF_VERB_URGENT,   CONF_VERB_READY,
            CONF_VERB_ADDRESS,    CONF_VERB_CONNECT,    CONF_VERB_ACCEPT,   CONF_VERB_REGISTER,
            CONF_VERB_RECV_FROM,  CONF_VERB_SEND_TO,    CONF_VERB_READ,     CONF_VERB_POLL,
        },
};

/* Many sources that are quick to make ready, and little but registering and polling. */
const struct conf_bytes_socket_profile conf_bytes_selector = {
    .kind =
        {
            {CONF_TCP_LISTENER, "L", {0, 1, 2, 2}},
            {CONF_RAW_TCP_LISTENER, "RL", {0, 1, 1, 1}},
            {CONF_TCP_STREAM, "C", {0, 1, 2, 3}},
            {CONF_RAW_TCP_STREAM, "RC", {0, 1, 2, 3}},
            {CONF_TCP_ACCEPTED, "A", {0, 1, 2, 3}},
            {CONF_RAW_TCP_ACCEPTED, "RA", {0, 1, 2, 2}},
            {CONF_UDP, "U", {3, 0, 1, 2}},
            {CONF_RAW_UDP, "RU", {1, 0, 2, 2}},
            {CONF_USER_SOURCE, "X", {2, 0, 1, 1}},
        },
    .slot =
        {
            CONF_VERB_POLL,       CONF_VERB_REGISTER,   CONF_VERB_REREGISTER, CONF_VERB_DEREGISTER,
            CONF_VERB_SEND_TO,    CONF_VERB_RECV_FROM,  CONF_VERB_READY,      CONF_VERB_DROP,
            CONF_VERB_WAKE,       CONF_VERB_READ,       CONF_VERB_WRITE,      CONF_VERB_JOIN,
            CONF_VERB_CONNECT,    CONF_VERB_ACCEPT,     CONF_VERB_POLL,       CONF_VERB_REGISTER,
            CONF_VERB_REREGISTER, CONF_VERB_DEREGISTER, CONF_VERB_SEND_TO,    CONF_VERB_RECV_FROM,
            CONF_VERB_READY,      CONF_VERB_TAKE_ERROR, CONF_VERB_SHUTDOWN,   CONF_VERB_POLL,
            CONF_VERB_READ,       CONF_VERB_WRITE,      CONF_VERB_PEEK,       CONF_VERB_OPTION,
            CONF_VERB_CONNECT,    CONF_VERB_ACCEPT,     CONF_VERB_REGISTER,   CONF_VERB_POLL,
        },
};

const uint8_t conf_bytes_socket_buffer_table[4] = {0, 16, 1, 64};

const uint8_t conf_bytes_socket_setting_offset[CONF_SOCKETS_SETTINGS] = {
    offsetof(struct conf_settings, fresh_handles), offsetof(struct conf_settings, waiters_any),
    offsetof(struct conf_settings, cancel_races),  offsetof(struct conf_settings, late_polls),
    offsetof(struct conf_settings, coarse_clock),
};

/* ---- what a verb may be about ---- */

unsigned conf_bytes_takers(const struct conf_scenario *scenario, enum conf_verb_code code,
                           uint8_t taker[CONF_SOURCES_MAX])
{
    unsigned count = 0;

    for (unsigned i = 0; i < scenario->source_count; i++) {
        if (conf_kind_takes((enum conf_source_kind)scenario->source[i].kind, code)) {
            taker[count++] = (uint8_t)i;
        }
    }
    return count;
}

unsigned conf_bytes_others(const struct conf_scenario *scenario, const struct conf_verb *verb,
                           uint8_t other[CONF_SOURCES_MAX])
{
    const struct conf_source *source = &scenario->source[verb->source];
    unsigned count = 0;

    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *candidate = &scenario->source[i];
        enum conf_source_kind kind = (enum conf_source_kind)candidate->kind;

        if (verb->code == CONF_VERB_ACCEPT
                ? conf_kind_is_accepted(kind) && conf_accept_fits(source, candidate)
                : conf_kind_is_udp(kind)) {
            other[count++] = (uint8_t)i;
        }
    }
    return count;
}

unsigned conf_bytes_options(enum conf_source_kind kind, uint8_t option[CONF_OPTION_COUNT])
{
    unsigned count = 0;

    for (unsigned i = 0; i < CONF_OPTION_COUNT; i++) {
        if (conf_kind_has_option(kind, (enum conf_option)i)) {
            option[count++] = (uint8_t)i;
        }
    }
    return count;
}

/* ---- sources ---- */

static void decode_settings(const uint8_t *header, struct conf_settings *settings)
{
    uint8_t bits = header[CONF_SOCKETS_SETTINGS_BYTE];
    uint8_t world = header[CONF_SOCKETS_WORLD];

    memset(settings, 0, sizeof(*settings));
    settings->result_write = (bits & 3u) > CONF_RESULT_ANY ? CONF_RESULT_ANY : bits & 3u;
    for (unsigned i = 0; i < CONF_SOCKETS_SETTINGS; i++) {
        *((uint8_t *)settings + conf_bytes_socket_setting_offset[i]) = bits >> (2 + i) & 1u;
    }
    settings->faults = world & CONF_BYTES_FAULTS_MAX;
    settings->socket_buffer =
        conf_bytes_socket_buffer_table[world >> CONF_SOCKETS_BUFFER_SHIFT & 3u];
    settings->prompt_network = (world & CONF_SOCKETS_PROMPT) != 0;
    settings->layers = (world >> CONF_SOCKETS_LAYERS_SHIFT & 3u) % 3u;
}

static struct conf_source *add_source(struct conf_scenario *out, enum conf_source_kind kind,
                                      const char *name, unsigned number)
{
    struct conf_source *source = &out->source[out->source_count++];
    size_t length = strlen(name);

    memset(source, 0, offsetof(struct conf_source, name));
    memcpy(source->name, name, length);
    source->name[length] = (char)('0' + number);
    source->name[length + 1] = 0;
    source->kind = (uint8_t)kind;
    source->poll = source->pipe = source->of = CONF_NONE;
    return source;
}

/* TCP sockets are at one of two addresses, of which the first one has the first; each UDP socket is
 * at one of its own. */
static void place_socket(struct conf_scenario *out, struct conf_source *source,
                         const uint8_t *header, unsigned *tcp)
{
    uint8_t names = header[CONF_SOCKETS_NAMES];

    source->family = (header[CONF_SOCKETS_WORLD] & CONF_SOCKETS_V6) != 0;
    source->pipe = out->pipe_count;
    if (conf_kind_is_tcp((enum conf_source_kind)source->kind)) {
        source->pipe = *tcp < CONF_SOCKETS_NAME_BITS ? (uint8_t)((names >> *tcp ^ names) & 1u) : 0;
        ++*tcp;
    }
    if (source->pipe == out->pipe_count) {
        const char name[2] = {(char)('a' + out->pipe_count), 0};
        memcpy(out->pipe_name[out->pipe_count++], name, sizeof(name));
    }
}

static void decode_sources(const struct conf_bytes_socket_profile *profile, const uint8_t *header,
                           struct conf_scenario *out)
{
    unsigned polls = header[CONF_SOCKETS_POLLS] & CONF_SOCKETS_SECOND_POLL ? 2 : 1;
    unsigned tcp = 0;

    out->source_count = out->pipe_count = 0;
    for (unsigned i = 0; i < polls; i++) {
        add_source(out, CONF_POLL, "P", i);
    }
    if (header[CONF_SOCKETS_POLLS] & CONF_SOCKETS_WAKER) {
        struct conf_source *waker = add_source(out, CONF_WAKER, "W", 0);
        waker->poll = 0;
        waker->token = conf_bytes_token(header[CONF_SOCKETS_TOKEN]);
    }
    for (unsigned k = 0; k < CONF_SOCKETS_KINDS; k++) {
        const struct conf_bytes_socket_kind *row = &profile->kind[k];
        unsigned count = row->count[header[CONF_SOCKETS_COUNTS + k / 4] >> k % 4 * 2 & 3u];

        for (unsigned i = 0; i < count; i++) {
            struct conf_source *source =
                add_source(out, (enum conf_source_kind)row->kind, row->name, i);
            if (row->kind != CONF_USER_SOURCE) {
                place_socket(out, source, header, &tcp);
            }
        }
    }
}

/* ---- verbs ---- */

struct decoding {
    const struct conf_bytes_socket_profile *profile;
    const uint8_t *header;
    struct conf_scenario *out;
    uint8_t reach[CONF_BYTES_THREADS];
    uint8_t taker_count[CONF_SOCKETS_SLOTS];
    uint8_t taker[CONF_SOCKETS_SLOTS][CONF_SOURCES_MAX];
};

static uint32_t option_value(enum conf_option option, uint8_t argument)
{
    return option == CONF_OPTION_TTL ? argument : argument & 1u;
}

/* What a verb is about beside its source; false if there is none of what it needs. */
static bool decode_details(const struct conf_scenario *out, const uint8_t *record,
                           struct conf_verb *verb)
{
    enum conf_source_kind kind = (enum conf_source_kind)out->source[verb->source].kind;
    unsigned detail = record[1] >> 4;
    uint8_t argument = record[2];
    uint8_t choice[CONF_SOURCES_MAX];

    if (conf_verb_has_other((enum conf_verb_code)verb->code, kind)) {
        unsigned count = conf_bytes_others(out, verb, choice);
        if (count == 0) {
            return false;
        }
        verb->other = choice[detail % count];
    }
    if (verb->code == CONF_VERB_OPTION) {
        verb->how = choice[detail % conf_bytes_options(kind, choice)];
        verb->size = option_value((enum conf_option)verb->how, argument);
    } else if (verb->code == CONF_VERB_SHUTDOWN) {
        verb->how = (uint8_t)(detail % 3u);
    } else if (verb->code == CONF_VERB_ADDRESS) {
        verb->how = detail & 1u;
    } else if (verb->code == CONF_VERB_SEND_TO) {
        verb->how = (uint8_t)((argument >> CONF_SOCKETS_CAST_SHIFT) % CONF_CAST_COUNT);
    } else if (verb->code == CONF_VERB_READY) {
        verb->how = argument & CONF_READY_FLAGS;
    }
    return true;
}

static bool decode_argument(const struct decoding *decoding, const uint8_t *record,
                            struct conf_verb *verb)
{
    uint8_t polls = decoding->header[CONF_SOCKETS_POLLS];
    uint8_t argument = record[2];
    bool second = (record[0] & CONF_SOCKETS_IN_SECOND) && (polls & CONF_SOCKETS_SECOND_POLL);

    if (conf_verb_is_transfer((enum conf_verb_code)verb->code)) {
        verb->size = conf_bytes_size_table[argument % CONF_BYTES_SIZES];
    }
    if (verb->code == CONF_VERB_POLL) {
        verb->thread = polls >> (CONF_SOCKETS_POLLER_SHIFT + 2u * verb->source) & 3u;
        verb->timeout_ms = conf_bytes_timeout_table[argument & 7u];
        verb->size = conf_bytes_events_table[argument >> 3 & 7u];
    } else if (verb->code == CONF_VERB_REGISTER || verb->code == CONF_VERB_REREGISTER) {
        verb->token = conf_bytes_token(argument);
        verb->interest = conf_bytes_interest_table[record[1] >> 4 & 3u];
        verb->poll = second;
    } else if (verb->code == CONF_VERB_DEREGISTER) {
        verb->poll = second;
    }
    return decode_details(decoding->out, record, verb);
}

/* Decodes one record; false for one without a meaning here. */
static bool decode_verb(struct decoding *decoding, const uint8_t *record, struct conf_verb *verb)
{
    unsigned slot = (record[0] & 15u) | (record[0] >> 7) << 4;

    memset(verb, 0, sizeof(*verb));
    verb->code = decoding->profile->slot[slot];
    verb->thread = record[0] >> 4 & 3u;
    verb->source = verb->poll = verb->target = CONF_NONE;
    verb->label = verb->task = verb->other = CONF_NONE;
    if (verb->code == CONF_VERB_JOIN) {
        verb->target = record[1] & 3u;
        return conf_bytes_join(decoding->reach, verb->thread, verb->target);
    }
    if (decoding->taker_count[slot] == 0) {
        return false;
    }
    verb->source = decoding->taker[slot][(record[1] & 15u) % decoding->taker_count[slot]];
    return decode_argument(decoding, record, verb);
}

void conf_bytes_decode_socket(const struct conf_bytes_socket_profile *profile,
                              struct conf_bytes_input *input, struct conf_scenario *out)
{
    struct decoding decoding = {
        .profile = profile, .header = input->header, .out = out, .reach = {1, 2, 4, 8}};
    struct conf_verb verb[CONF_BYTES_VERBS_MAX];
    const uint8_t *record;
    unsigned count = 0;

    decode_settings(input->header, &out->settings);
    decode_sources(profile, input->header, out);
    for (unsigned slot = 0; slot < CONF_SOCKETS_SLOTS; slot++) {
        decoding.taker_count[slot] = (uint8_t)conf_bytes_takers(
            out, (enum conf_verb_code)profile->slot[slot], decoding.taker[slot]);
    }
    size_t records = conf_bytes_records(input, input->header[CONF_HEADER_VERBS], &record);
    for (size_t i = 0; i < records; i++) {
        count += decode_verb(&decoding, record + i * CONF_BYTES_RECORD_SIZE, &verb[count]);
    }
    conf_bytes_group(verb, count, out);
}
