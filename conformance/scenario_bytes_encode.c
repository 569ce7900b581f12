/* From a scenario to bytes. */
#include "conformance/scenario_bytes.h"

#include "conformance/scenario_bytes_input.h"
#include "conformance/scenario_bytes_layout.h"
#include "conformance/scenario_bytes_socket.h"
#include "conformance/scenario_words.h"

#include <assert.h>
#include <string.h>

struct encoding {
    const struct conf_scenario *scenario;
    struct conf_bytes_places places;
    uint8_t place[CONF_SOURCES_MAX];  /* of each source, in the order of ranges */
    uint8_t source[CONF_SOURCES_MAX]; /* of each place */
    uint8_t bytes[CONF_BYTES_SIZE_MAX];
    size_t size;
    const char *missing;
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

/* Gives each source its place: by kind, wakers by their poll, else as declared. */
static bool place_sources(struct encoding *encoding)
{
    const struct conf_scenario *scenario = encoding->scenario;
    unsigned placed = 0;

    encoding->places.first[0] = 0;
    for (unsigned r = 0; r < CONF_RANGE_COUNT; r++) {
        for (unsigned i = 0; i < scenario->source_count; i++) {
            if (scenario->source[i].kind == conf_bytes_range_table[r].kind) {
                encoding->place[i] = (uint8_t)placed;
                encoding->source[placed++] = (uint8_t)i;
            }
        }
        encoding->places.first[r + 1] = (uint8_t)placed;
        if (placed - encoding->places.first[r] > conf_bytes_range_table[r].max) {
            return refuse(encoding, "more sources of a kind than the header can count");
        }
    }
    if (placed != scenario->source_count) {
        return refuse(encoding, "a kind of source that the profile does not have");
    }
    if (encoding->places.first[CONF_RANGE_POLL + 1] == 0) {
        return refuse(encoding, "a scenario without a poll");
    }
    if (encoding->places.first[CONF_RANGE_WAKER + 1] - encoding->places.first[CONF_RANGE_WAKER] ==
        2) {
        uint8_t *pair = &encoding->source[encoding->places.first[CONF_RANGE_WAKER]];

        if (encoding->place[scenario->source[pair[0]].poll] == 1) {
            uint8_t swapped = pair[0];

            pair[0] = pair[1];
            pair[1] = swapped;
            encoding->place[pair[0]]--;
            encoding->place[pair[1]]++;
        }
    }
    return true;
}

static bool encode_settings(struct encoding *encoding)
{
    const struct conf_settings *settings = &encoding->scenario->settings;
    uint8_t bits = settings->result_write;

    for (unsigned i = 0; i < CONF_BYTES_SETTINGS; i++) {
        bits |= (uint8_t)(*((const uint8_t *)settings + conf_bytes_setting_offset[i]) << (2 + i));
    }
    if (settings->faults > CONF_BYTES_FAULTS_MAX) {
        return refuse(encoding, "more than 3 faults");
    }
    if (settings->prompt_network != 0 || settings->late_polls != 0 ||
        settings->spurious_polls != 0 || settings->crossed_polls != 0 || settings->layers != 0 ||
        settings->socket_buffer != 0 || settings->wine_sockets != 0) {
        return refuse(encoding, "a setting of sockets");
    }
    if (settings->late_packets != 0) {
        return refuse(encoding, "late packets");
    }
    encoding->bytes[CONF_HEADER_SETTINGS] = bits;
    encoding->bytes[CONF_HEADER_WORLD] = settings->faults;
    encoding->bytes[CONF_HEADER_HOMES] = settings->short_writes != 0 ? CONF_HOMES_SHORT_WRITES : 0;
    return true;
}

static bool encode_wakers(struct encoding *encoding)
{
    const struct conf_bytes_places *places = &encoding->places;

    if (places->first[CONF_RANGE_POLL + 1] == CONF_BYTES_POLLS) {
        encoding->bytes[CONF_HEADER_WORLD] |= CONF_WORLD_SECOND_POLL;
    }
    for (unsigned i = places->first[CONF_RANGE_WAKER]; i < places->first[CONF_RANGE_WAKER + 1];
         i++) {
        const struct conf_source *waker = &encoding->scenario->source[encoding->source[i]];
        unsigned poll = encoding->place[waker->poll];

        encoding->bytes[CONF_HEADER_WORLD] |= (uint8_t)CONF_WORLD_WAKER_IN(poll);
        if (!encode_token(encoding, waker->token, &encoding->bytes[CONF_HEADER_TOKEN + poll])) {
            return false;
        }
    }
    return true;
}

static bool encode_ends(struct encoding *encoding)
{
    const struct conf_bytes_places *places = &encoding->places;

    for (unsigned i = 0; i < CONF_BYTES_ENDS; i++) {
        unsigned range = conf_bytes_end_table[i].range;
        uint8_t bits = 0;

        while (conf_bytes_end_table[i].count[bits] !=
               places->first[range + 1] - places->first[range]) {
            bits++;
        }
        encoding->bytes[CONF_HEADER_ENDS] |= (uint8_t)(bits << conf_bytes_end_table[i].shift);
    }
    return true;
}

static bool encode_pipes(struct encoding *encoding)
{
    unsigned begin = encoding->places.first[CONF_RANGE_RAW_SERVER];
    uint32_t quota = 0;
    bool quota_known = false;
    unsigned choice;

    for (unsigned i = begin; i < encoding->places.first[CONF_RANGE_COUNT]; i++) {
        const struct conf_source *end = &encoding->scenario->source[encoding->source[i]];
        bool first_name = end->pipe == encoding->scenario->source[encoding->source[begin]].pipe;

        if (end->blocking != 0 ||
            end->mode != encoding->scenario->source[encoding->source[begin]].mode) {
            return refuse(encoding, "a blocking end, or ends of both modes");
        }
        if (end->mode == CONF_PIPE_MESSAGE) {
            encoding->bytes[CONF_HEADER_HOMES] |= CONF_HOMES_MESSAGE;
        }
        if (conf_kind_is_pipe_server((enum conf_source_kind)end->kind)) {
            if (quota_known && quota != end->quota) {
                return refuse(encoding, "servers with different quotas");
            }
            quota = end->quota;
            quota_known = true;
        }
        if (!first_name) {
            if (i - begin >= CONF_BYTES_PIPE_BITS || encoding->scenario->pipe_count > 2) {
                return refuse(encoding, "a third pipe name");
            }
            encoding->bytes[CONF_HEADER_PIPES] |= (uint8_t)(1u << (i - begin));
        }
    }
    choice = conf_bytes_find(conf_bytes_quota_table, CONF_BYTES_QUOTAS, quota);
    if (choice == CONF_BYTES_QUOTAS) {
        return refuse(encoding, "a quota that is not in the table");
    }
    encoding->bytes[CONF_HEADER_WORLD] |= (uint8_t)(choice << CONF_WORLD_QUOTA_SHIFT);
    return true;
}

static bool encode_argument(struct encoding *encoding, const struct conf_verb *verb,
                            uint8_t *record)
{
    unsigned timeout, events, size;

    switch ((enum conf_verb_code)verb->code) {
    case CONF_VERB_REGISTER:
    case CONF_VERB_REREGISTER:
        record[1] |= (uint8_t)((verb->interest % 3u) << 4); /* rw is 0, r is 1, w is 2 */
        return encode_token(encoding, verb->token, &record[2]);
    case CONF_VERB_POLL:
        timeout = conf_bytes_find(conf_bytes_timeout_table, CONF_BYTES_TIMEOUTS, verb->timeout_ms);
        events = conf_bytes_find(conf_bytes_events_table, CONF_BYTES_TIMEOUTS, verb->size);
        if (timeout == CONF_BYTES_TIMEOUTS || events == CONF_BYTES_TIMEOUTS) {
            return refuse(encoding, "a timeout or max that is not in the table");
        }
        record[2] = (uint8_t)(timeout | events << 3);
        return true;
    case CONF_VERB_READ:
    case CONF_VERB_WRITE:
        size = conf_bytes_find(conf_bytes_size_table, CONF_BYTES_SIZES, verb->size);
        if (size == CONF_BYTES_SIZES) {
            return refuse(encoding, "a size that is not in the table");
        }
        record[2] = (uint8_t)size;
        return true;
    case CONF_VERB_DEREGISTER:
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
    return true;
}

static bool encode_verb(struct encoding *encoding, const struct conf_verb *verb)
{
    uint8_t *record = &encoding->bytes[encoding->size];
    unsigned slot = 0;

    while (conf_bytes_slot_table[slot].code != verb->code) {
        slot++;
    }
    record[0] = (uint8_t)(slot | verb->thread << 4);
    if (verb->code == CONF_VERB_JOIN) {
        record[1] = verb->target;
    } else {
        unsigned first = encoding->places.first[conf_bytes_slot_table[slot].first_range];

        record[1] = (uint8_t)(encoding->place[verb->source] - first);
    }
    if (verb->poll != CONF_NONE) {
        record[0] |= (uint8_t)(encoding->place[verb->poll] << 6);
    }
    if (verb->code == CONF_VERB_POLL) {
        encoding->bytes[CONF_HEADER_HOMES] |=
            (uint8_t)(verb->thread << (2u * encoding->place[verb->source]));
    }
    encoding->size += CONF_BYTES_RECORD_SIZE;
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
        const struct conf_verb *verb = &scenario->verb[i];
        unsigned last = verb->thread;

        if (verb->target != CONF_NONE && verb->target > last) {
            last = verb->target;
        }
        threads = last + 1 > threads ? last + 1 : threads;
        if (!encode_verb(encoding, verb)) {
            return false;
        }
    }
    if (threads != scenario->thread_count) {
        return refuse(encoding, "a last thread without verbs");
    }
    return true;
}

static size_t encode_named_pipe(struct encoding *encoding)
{
    if (!place_sources(encoding) || !encode_settings(encoding) || !encode_wakers(encoding) ||
        !encode_ends(encoding) || !encode_pipes(encoding) || !encode_verbs(encoding)) {
        return 0;
    }
    return conf_bytes_encode_drops(encoding->scenario, encoding->place, encoding->bytes,
                                   encoding->size);
}

size_t conf_bytes_encode(enum conf_bytes_profile profile, const struct conf_scenario *scenario,
                         const uint8_t *tail, size_t tail_size, uint8_t *out, size_t capacity,
                         const char **missing)
{
    struct encoding encoding = {.scenario = scenario, .size = CONF_BYTES_HEADER_SIZE};

    switch (profile) {
    case CONF_BYTES_NAMED_PIPE:
        encoding.size = encode_named_pipe(&encoding);
        break;
    case CONF_BYTES_DUPLEX:
        encoding.size = conf_bytes_encode_stream(scenario, encoding.bytes, &encoding.missing);
        break;
    case CONF_BYTES_SOCKETS:
        encoding.size = conf_bytes_encode_socket(&conf_bytes_sockets, scenario, encoding.bytes,
                                                 &encoding.missing);
        break;
    case CONF_BYTES_SELECTOR:
        encoding.size = conf_bytes_encode_socket(&conf_bytes_selector, scenario, encoding.bytes,
                                                 &encoding.missing);
        break;
    case CONF_BYTES_PROFILE_COUNT:
        assert(!"a profile");
    }
    if (encoding.size == 0) {
        *missing = encoding.missing;
        return 0;
    }
    if (capacity < encoding.size || capacity - encoding.size < tail_size) {
        *missing = "room";
        return 0;
    }
    memcpy(out, encoding.bytes, encoding.size);
    if (tail_size > 0) {
        memcpy(out + encoding.size, tail, tail_size);
    }
    *missing = NULL;
    return encoding.size + tail_size;
}
