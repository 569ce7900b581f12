/* The profiles of sockets, from a scenario to bytes. */
#include "conformance/scenario_bytes_socket.h"

#include "conformance/scenario_words.h"

#include <string.h>

struct encoding {
    const struct conf_bytes_socket_profile *profile;
    const struct conf_scenario *scenario;
    struct conf_scenario placed; /* the same, its sources in the order of the profile */
    const char *missing;
    uint8_t *bytes;
    uint8_t place[CONF_SOURCES_MAX]; /* of each source */
};

static bool refuse(struct encoding *encoding, const char *missing)
{
    encoding->missing = missing;
    return false;
}

static bool encode_token(struct encoding *encoding, uint64_t token, uint8_t *byte)
{
    return conf_bytes_encode_token(token, byte) ||
           refuse(encoding, "a token from 240 on that is not in the table");
}

/* ---- settings ---- */

static bool encode_settings(struct encoding *encoding)
{
    struct conf_settings others = encoding->scenario->settings;
    uint8_t *world = &encoding->bytes[CONF_SOCKETS_WORLD];
    uint8_t bits = others.result_write;
    unsigned buffer = 0;

    for (unsigned i = 0; i < CONF_SOCKETS_SETTINGS; i++) {
        uint8_t *setting = (uint8_t *)&others + conf_bytes_socket_setting_offset[i];
        bits |= (uint8_t)(*setting << (2 + i));
        *setting = 0;
    }
    while (buffer < 4 && conf_bytes_socket_buffer_table[buffer] != others.socket_buffer) {
        buffer++;
    }
    if (buffer == 4) {
        return refuse(encoding, "a socket-buffer that is not in the table");
    }
    if (others.faults > CONF_BYTES_FAULTS_MAX) {
        return refuse(encoding, "more than 3 faults");
    }
    encoding->bytes[CONF_SOCKETS_SETTINGS_BYTE] = bits;
    *world = (uint8_t)(others.faults | buffer << CONF_SOCKETS_BUFFER_SHIFT |
                       others.layers << CONF_SOCKETS_LAYERS_SHIFT);
    *world |= others.prompt_network ? CONF_SOCKETS_PROMPT : 0;
    others.result_write = others.faults = others.socket_buffer = 0;
    others.layers = others.prompt_network = 0;
    for (size_t i = 0; i < sizeof(others); i++) {
        if (((const uint8_t *)&others)[i] != 0) {
            return refuse(encoding, "a setting that the profile does not have");
        }
    }
    return true;
}

/* ---- sources ---- */

/* Gives the sources of a kind their places and returns how many there are. */
static unsigned place_kind(struct encoding *encoding, enum conf_source_kind kind)
{
    unsigned count = 0;

    for (unsigned i = 0; i < encoding->scenario->source_count; i++) {
        if (encoding->scenario->source[i].kind == kind) {
            encoding->placed.source[encoding->placed.source_count] = encoding->scenario->source[i];
            encoding->place[i] = encoding->placed.source_count++;
            count++;
        }
    }
    return count;
}

static bool encode_polls(struct encoding *encoding)
{
    unsigned polls = place_kind(encoding, CONF_POLL);
    uint8_t *byte = &encoding->bytes[CONF_SOCKETS_POLLS];

    if (polls != 1 && polls != CONF_BYTES_POLLS) {
        return refuse(encoding, "no poll, or more than two");
    }
    *byte |= polls == CONF_BYTES_POLLS ? CONF_SOCKETS_SECOND_POLL : 0;
    if (place_kind(encoding, CONF_WAKER) == 0) {
        return true;
    }
    const struct conf_source *waker = &encoding->placed.source[polls];
    if (encoding->placed.source_count > polls + 1 || encoding->place[waker->poll] != 0) {
        return refuse(encoding, "a waker that is not in the first poll");
    }
    *byte |= CONF_SOCKETS_WAKER;
    return encode_token(encoding, waker->token, &encoding->bytes[CONF_SOCKETS_TOKEN]);
}

/* Whether an address is one that the place of its socket has, or that a bit can give it. */
static bool encode_address(struct encoding *encoding, const struct conf_source *source,
                           const struct conf_source *first, unsigned *tcp)
{
    bool is_first = source->pipe == first->pipe;

    if (source->family != first->family || source->quota != 0) {
        return refuse(encoding, "sockets of both families, or a backlog");
    }
    if (source->family == CONF_FAMILY_V6) {
        encoding->bytes[CONF_SOCKETS_WORLD] |= CONF_SOCKETS_V6;
    }
    if (conf_kind_is_udp((enum conf_source_kind)source->kind)) {
        return true;
    }
    if (!is_first && *tcp >= CONF_SOCKETS_NAME_BITS) {
        return refuse(encoding, "a second address behind eight TCP sockets");
    }
    encoding->bytes[CONF_SOCKETS_NAMES] |= is_first ? 0 : (uint8_t)(1u << *tcp);
    ++*tcp;
    return true;
}

static bool encode_addresses(struct encoding *encoding, unsigned begin)
{
    const struct conf_source *first = &encoding->placed.source[begin];
    unsigned tcp = 0;
    uint32_t seen = 0, tcp_seen = 0;

    for (unsigned i = begin; i < encoding->placed.source_count; i++) {
        const struct conf_source *source = &encoding->placed.source[i];
        bool udp = conf_kind_is_udp((enum conf_source_kind)source->kind);
        if (source->pipe == CONF_NONE) {
            continue;
        }
        if (!encode_address(encoding, source, first, &tcp)) {
            return false;
        }
        if (udp && (seen >> source->pipe & 1u) != 0) {
            return refuse(encoding, "two udp sockets of one address");
        }
        tcp_seen |= udp ? 0 : 1u << source->pipe;
        seen |= 1u << source->pipe;
    }
    return __builtin_popcount(tcp_seen) <= 2 || refuse(encoding, "a third address of TCP sockets");
}

static bool encode_sources(struct encoding *encoding)
{
    encoding->placed = *encoding->scenario;
    encoding->placed.source_count = 0;
    if (!encode_polls(encoding)) {
        return false;
    }
    unsigned begin = encoding->placed.source_count;
    for (unsigned k = 0; k < CONF_SOCKETS_KINDS; k++) {
        const struct conf_bytes_socket_kind *row = &encoding->profile->kind[k];
        unsigned count = place_kind(encoding, (enum conf_source_kind)row->kind);
        unsigned bits = 0;

        while (bits < 4 && row->count[bits] != count) {
            bits++;
        }
        if (bits == 4) {
            return refuse(encoding, "more sources of a kind than the header can count");
        }
        encoding->bytes[CONF_SOCKETS_COUNTS + k / 4] |= (uint8_t)(bits << k % 4 * 2);
    }
    if (encoding->placed.source_count != encoding->scenario->source_count) {
        return refuse(encoding, "a kind of source that the profile does not have");
    }
    return encode_addresses(encoding, begin);
}

/* ---- verbs ---- */

static unsigned index_of(const uint8_t *list, unsigned count, uint8_t value)
{
    unsigned i = 0;

    while (i < count && list[i] != value) {
        i++;
    }
    return i;
}

/* The upper bits of the second byte of a record, and with options and casts its third. */
static bool encode_details(struct encoding *encoding, const struct conf_verb *verb, uint8_t *record)
{
    enum conf_source_kind kind = (enum conf_source_kind)encoding->placed.source[verb->source].kind;
    uint8_t choice[CONF_SOURCES_MAX];
    unsigned detail = 0;

    if (verb->other != CONF_NONE) {
        unsigned count = conf_bytes_others(&encoding->placed, verb, choice);
        detail = index_of(choice, count, verb->other);
    }
    if (verb->code == CONF_VERB_OPTION) {
        detail = index_of(choice, conf_bytes_options(kind, choice), verb->how);
        if (verb->how != CONF_OPTION_TTL && verb->size > 1) {
            return refuse(encoding, "a linger of more than a second");
        }
        record[2] = (uint8_t)verb->size;
    } else if (verb->code == CONF_VERB_SHUTDOWN || verb->code == CONF_VERB_ADDRESS) {
        detail = verb->how;
    } else if (verb->code == CONF_VERB_SEND_TO) {
        record[2] |= (uint8_t)(verb->how << CONF_SOCKETS_CAST_SHIFT);
    } else if (verb->code == CONF_VERB_READY) {
        record[2] = verb->how;
    }
    record[1] |= (uint8_t)(detail << 4);
    return true;
}

static bool encode_argument(struct encoding *encoding, const struct conf_verb *verb,
                            uint8_t *record)
{
    record[0] |= verb->poll == 1 ? CONF_SOCKETS_IN_SECOND : 0;
    if (conf_verb_is_transfer((enum conf_verb_code)verb->code)) {
        unsigned size = conf_bytes_find(conf_bytes_size_table, CONF_BYTES_SIZES, verb->size);
        if (size == CONF_BYTES_SIZES) {
            return refuse(encoding, "a size that is not in the table");
        }
        record[2] = (uint8_t)size;
    } else if (verb->code == CONF_VERB_POLL) {
        unsigned timeout =
            conf_bytes_find(conf_bytes_timeout_table, CONF_BYTES_TIMEOUTS, verb->timeout_ms);
        unsigned events = conf_bytes_find(conf_bytes_events_table, CONF_BYTES_TIMEOUTS, verb->size);
        if (timeout == CONF_BYTES_TIMEOUTS || events == CONF_BYTES_TIMEOUTS) {
            return refuse(encoding, "a timeout or max that is not in the table");
        }
        record[2] = (uint8_t)(timeout | events << 3);
        encoding->bytes[CONF_SOCKETS_POLLS] |=
            (uint8_t)(verb->thread << (CONF_SOCKETS_POLLER_SHIFT + 2u * verb->source));
    } else if (verb->interest != 0) {
        record[1] |= (uint8_t)((verb->interest % 3u) << 4); /* rw is 0, r is 1, w is 2 */
        return encode_token(encoding, verb->token, &record[2]);
    }
    return encode_details(encoding, verb, record);
}

/* `verb` speaks of places. */
static bool encode_verb(struct encoding *encoding, const struct conf_verb *verb, uint8_t *record)
{
    uint8_t taker[CONF_SOURCES_MAX];
    unsigned slot = index_of(encoding->profile->slot, CONF_SOCKETS_SLOTS, verb->code);

    if (slot == CONF_SOCKETS_SLOTS) {
        return refuse(encoding, "a verb that the profile does not have");
    }
    record[0] = (uint8_t)((slot & 15u) | verb->thread << 4 | (slot >> 4) << 7);
    if (verb->code == CONF_VERB_JOIN) {
        record[1] = verb->target;
        return true;
    }
    unsigned count = conf_bytes_takers(&encoding->placed, (enum conf_verb_code)verb->code, taker);
    unsigned which = index_of(taker, count, verb->source);
    if (which > 15) {
        return refuse(encoding, "a verb of a source behind sixteen that take it");
    }
    record[1] = (uint8_t)which;
    return encode_argument(encoding, verb, record);
}

static bool encode_verbs(struct encoding *encoding)
{
    const struct conf_scenario *scenario = encoding->scenario;
    unsigned threads = 0;

    if (scenario->verb_count > CONF_BYTES_VERBS_MAX) {
        return refuse(encoding, "more than 64 verbs");
    }
    if (scenario->thread_count > CONF_BYTES_THREADS) {
        return refuse(encoding, "more than 4 threads");
    }
    encoding->bytes[CONF_HEADER_VERBS] = (uint8_t)scenario->verb_count;
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        struct conf_verb verb = scenario->verb[i];
        unsigned last =
            verb.target != CONF_NONE && verb.target > verb.thread ? verb.target : verb.thread;

        threads = last + 1 > threads ? last + 1 : threads;
        verb.source = verb.source != CONF_NONE ? encoding->place[verb.source] : CONF_NONE;
        verb.poll = verb.poll != CONF_NONE ? encoding->place[verb.poll] : CONF_NONE;
        verb.other = verb.other != CONF_NONE ? encoding->place[verb.other] : CONF_NONE;
        if (!encode_verb(encoding, &verb,
                         &encoding->bytes[CONF_BYTES_HEADER_SIZE + i * CONF_BYTES_RECORD_SIZE])) {
            return false;
        }
    }
    return threads == scenario->thread_count || refuse(encoding, "a last thread without verbs");
}

size_t conf_bytes_encode_socket(const struct conf_bytes_socket_profile *profile,
                                const struct conf_scenario *scenario, uint8_t *bytes,
                                const char **missing)
{
    struct encoding encoding = {.profile = profile, .scenario = scenario, .bytes = bytes};

    memset(bytes, 0, CONF_BYTES_SIZE_MAX);
    if (!encode_settings(&encoding) || !encode_sources(&encoding) || !encode_verbs(&encoding)) {
        *missing = encoding.missing;
        return 0;
    }
    return conf_bytes_encode_drops(scenario, encoding.place, bytes,
                                   CONF_BYTES_HEADER_SIZE +
                                       (size_t)scenario->verb_count * CONF_BYTES_RECORD_SIZE);
}
