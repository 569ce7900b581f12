#include "conformance/suites/random_scenario.h"

#include "conformance/scenario_words.h"

#include <stdio.h>
#include <string.h>

uint64_t random_next(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

uint32_t random_below(uint64_t *state, uint32_t count)
{
    return (uint32_t)(random_next(state) % count);
}

static bool once_in(uint64_t *state, uint32_t count)
{
    return random_below(state, count) == 0;
}

static uint64_t random_token(uint64_t *state)
{
    return once_in(state, 2) ? random_below(state, 10) : random_next(state);
}

static void add_about(uint64_t *state, struct conf_scenario *out)
{
    static const char letters[] = "ab \"\\#->=,|'\t\xc3\xa9";
    uint32_t length = random_below(state, CONF_ABOUT_MAX);

    if (once_in(state, 2)) {
        return;
    }
    for (uint32_t i = 0; i + 1 < length; i++) {
        uint32_t letter = random_below(state, sizeof(letters) - 1);

        if (letters[letter] == '\xa9') {
            letter = 0;
        }
        out->about[i] = letters[letter];
        if (letters[letter] == '\xc3') {
            out->about[i + 1] = '\xa9';
            i++;
        }
    }
}

static void add_settings(uint64_t *state, struct conf_scenario *out)
{
    for (unsigned i = 0; i < CONF_SETTING_COUNT; i++) {
        const struct conf_setting *setting = &conf_setting_table[i];
        uint8_t *value = (uint8_t *)&out->settings + setting->offset;
        uint32_t count = setting->value_count > 0 ? setting->value_count : 256u;

        *value = once_in(state, 2) ? 0 : (uint8_t)random_below(state, count);
    }
}

static bool is_woken(const struct conf_scenario *out, unsigned poll)
{
    for (unsigned i = 0; i < out->source_count; i++) {
        if (out->source[i].kind == CONF_WAKER && out->source[i].poll == poll) {
            return true;
        }
    }
    return false;
}

static void add_pipe(uint64_t *state, struct conf_source *source, struct conf_scenario *out)
{
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    source->pipe = out->pipe_count;
    for (unsigned i = 0; i < out->source_count; i++) {
        if (conf_kind_is_pipe((enum conf_source_kind)out->source[i].kind) && once_in(state, 2)) {
            source->pipe = out->source[i].pipe;
        }
    }
    if (source->pipe == out->pipe_count) {
        snprintf(out->pipe_name[source->pipe], CONF_NAME_MAX, "pipe_%u", source->pipe);
        out->pipe_count++;
    }
    source->mode = (uint8_t)once_in(state, 4);
    if (conf_kind_is_raw(kind)) {
        source->blocking = (uint8_t)once_in(state, 4);
    }
    if (conf_kind_is_pipe_server(kind) && once_in(state, 2)) {
        source->quota = 1 + random_below(state, CONF_QUOTA_MAX);
    }
}

/* Adds a source that belongs to a stream. */
static void add_part(enum conf_source_kind kind, uint8_t of, struct conf_scenario *out)
{
    struct conf_source *source = &out->source[out->source_count];

    memset(source, 0, sizeof(*source));
    source->poll = source->pipe = CONF_NONE;
    source->of = of;
    source->kind = (uint8_t)kind;
    snprintf(source->name, sizeof(source->name), "S%u", out->source_count);
    out->source_count++;
}

/* Makes the next source a stream, with its other end and some halves if there is room. */
static void add_stream(uint64_t *state, struct conf_scenario *out)
{
    uint8_t first = out->source_count;
    struct conf_source *source = &out->source[first];
    unsigned room = CONF_SOURCES_MAX - first;

    source->kind = room > 1 && once_in(state, 2) ? CONF_DUPLEX : CONF_SIMPLEX;
    source->quota = once_in(state, 2) ? random_below(state, 4) : random_below(state, 70000);
    out->source_count++;
    if (source->kind == CONF_DUPLEX) {
        add_part(CONF_DUPLEX, first, out);
    }
    for (uint8_t end = first; end <= first + (source->kind == CONF_DUPLEX); end++) {
        if (CONF_SOURCES_MAX - out->source_count >= 2 && once_in(state, 2)) {
            bool reader_first = once_in(state, 2);

            add_part(reader_first ? CONF_READ_HALF : CONF_WRITE_HALF, end, out);
            add_part(reader_first ? CONF_WRITE_HALF : CONF_READ_HALF, end, out);
            out->source[end].split = (uint8_t)once_in(state, 2);
        }
    }
}

static void fill_task(uint64_t *state, struct conf_source *source, const struct conf_scenario *out)
{
    uint8_t stream = (uint8_t)random_below(state, out->source_count + 1u);

    source->quota = once_in(state, 2) ? 1 + random_below(state, CONF_BUDGET_MAX) : 0;
    if (stream < out->source_count &&
        conf_kind_is_stream((enum conf_source_kind)out->source[stream].kind)) {
        source->action = (uint8_t)(1 + random_below(state, CONF_ACTION_COUNT - 1));
        source->of = stream;
        if (conf_action_polls(source->action)) {
            source->quota = 0;
        }
    }
}

/* Gives a socket a name of its sort: a new one, or one of another socket. */
static void add_socket(uint64_t *state, struct conf_source *source, struct conf_scenario *out)
{
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    source->pipe = out->pipe_count;
    for (unsigned i = 0; i < out->source_count; i++) {
        enum conf_source_kind other = (enum conf_source_kind)out->source[i].kind;

        if (((conf_kind_is_tcp(kind) && conf_kind_is_tcp(other)) ||
             (conf_kind_is_udp(kind) && conf_kind_is_udp(other))) &&
            once_in(state, 2)) {
            source->pipe = out->source[i].pipe;
        }
    }
    if (source->pipe == out->pipe_count) {
        snprintf(out->pipe_name[source->pipe], CONF_NAME_MAX, "socket-%u", source->pipe);
        out->pipe_count++;
    }
    source->family = (uint8_t)once_in(state, 4);
    if (kind == CONF_RAW_TCP_LISTENER && once_in(state, 2)) {
        source->quota = 1 + random_below(state, CONF_BACKLOG_MAX);
    }
}

static void add_source(uint64_t *state, struct conf_scenario *out)
{
    unsigned index = out->source_count;
    struct conf_source *source = &out->source[index];

    memset(source, 0, sizeof(*source));
    source->poll = source->pipe = source->of = CONF_NONE;
    source->kind = (uint8_t)random_below(state, CONF_SOURCE_KIND_COUNT);
    snprintf(source->name, sizeof(source->name), once_in(state, 8) ? "_source-no.%u" : "S%u",
             index);
    if (source->kind == CONF_WAKER) {
        unsigned poll = random_below(state, index + 1);

        if (poll == index || out->source[poll].kind != CONF_POLL || is_woken(out, poll)) {
            source->kind = CONF_POLL;
        } else {
            source->poll = (uint8_t)poll;
            source->token = random_token(state);
        }
    }
    if (conf_kind_is_pipe((enum conf_source_kind)source->kind)) {
        add_pipe(state, source, out);
    }
    if (conf_kind_is_socket((enum conf_source_kind)source->kind)) {
        add_socket(state, source, out);
    }
    if (conf_kind_is_stream((enum conf_source_kind)source->kind)) {
        add_stream(state, out);
    } else {
        if (source->kind == CONF_TASK) {
            fill_task(state, source, out);
        }
        out->source_count++;
    }
}

/* Picks a source of a kind; CONF_NONE when there is none. */
static uint8_t pick(uint64_t *state, const struct conf_scenario *out, enum conf_source_kind kind)
{
    uint8_t found = CONF_NONE;
    uint32_t seen = 0;

    for (unsigned i = 0; i < out->source_count; i++) {
        if (out->source[i].kind == kind && once_in(state, ++seen)) {
            found = (uint8_t)i;
        }
    }
    return found;
}

static bool has_halves(const struct conf_scenario *out, unsigned stream)
{
    for (unsigned i = 0; i < out->source_count; i++) {
        if (out->source[i].kind == CONF_READ_HALF && out->source[i].of == stream) {
            return true;
        }
    }
    return false;
}

/* Picks what a listener may accept; CONF_NONE when there is nothing. */
static uint8_t find_accepted(uint64_t *state, const struct conf_scenario *out, uint8_t listener)
{
    uint8_t found = CONF_NONE;
    uint32_t seen = 0;

    for (unsigned i = 0; i < out->source_count; i++) {
        if (conf_kind_is_accepted((enum conf_source_kind)out->source[i].kind) &&
            conf_accept_fits(&out->source[listener], &out->source[i]) && once_in(state, ++seen)) {
            found = (uint8_t)i;
        }
    }
    return found;
}

static bool is_of_family(const struct conf_scenario *out, uint8_t one, uint8_t other)
{
    return other != CONF_NONE && out->source[one].family == out->source[other].family;
}

/* Fills the operands of a verb; returns false when it fits nothing here. */
static bool fill_verb(uint64_t *state, const struct conf_scenario *out, struct conf_verb *verb,
                      uint32_t thread_count)
{
    uint8_t poll = pick(state, out, CONF_POLL);

    switch ((enum conf_verb_code)verb->code) {
    case CONF_VERB_REGISTER:
    case CONF_VERB_REREGISTER:
        verb->interest = (uint8_t)(1 + random_below(state, 3));
        verb->token = random_token(state);
        verb->poll = poll;
        return poll != CONF_NONE;
    case CONF_VERB_DEREGISTER:
        verb->poll = poll;
        return poll != CONF_NONE;
    case CONF_VERB_POLL:
        verb->timeout_ms =
            once_in(state, 2) ? CONF_TIMEOUT_INFINITE : random_below(state, CONF_TIMEOUT_MAX + 1);
        verb->size = once_in(state, 2) ? 0 : 1 + random_below(state, CONF_EVENTS_MAX);
        return verb->source % thread_count == verb->thread; /* the only one to poll it */
    case CONF_VERB_READ:
    case CONF_VERB_WRITE:
    case CONF_VERB_PEEK:
    case CONF_VERB_READV:
    case CONF_VERB_WRITEV:
    case CONF_VERB_RECV_FROM:
        verb->size =
            once_in(state, 2) ? random_below(state, 5) : random_below(state, CONF_IO_MAX + 1);
        return true;
    case CONF_VERB_POLL_READ:
    case CONF_VERB_POLL_WRITE:
    case CONF_VERB_POLL_WRITEV:
        verb->size = random_below(state, 5);
        verb->task = pick(state, out, CONF_TASK);
        return verb->task != CONF_NONE && verb->task % thread_count == verb->thread;
    case CONF_VERB_SPLIT:
    case CONF_VERB_UNSPLIT:
        return has_halves(out, verb->source);
    case CONF_VERB_ACCEPT:
        verb->other = find_accepted(state, out, verb->source);
        return verb->other != CONF_NONE;
    case CONF_VERB_SEND_TO:
        verb->size = random_below(state, 100);
        verb->how = (uint8_t)random_below(state, CONF_CAST_COUNT);
        verb->other = pick(state, out, once_in(state, 2) ? CONF_UDP : CONF_RAW_UDP);
        return is_of_family(out, verb->source, verb->other);
    case CONF_VERB_CONNECT:
        if (conf_kind_is_udp((enum conf_source_kind)out->source[verb->source].kind)) {
            verb->other = pick(state, out, CONF_UDP);
            return is_of_family(out, verb->source, verb->other);
        }
        return true;
    case CONF_VERB_OPTION:
        verb->how = (uint8_t)random_below(state, CONF_OPTION_COUNT);
        verb->size = random_below(state, conf_option_max((enum conf_option)verb->how) + 1);
        return conf_kind_has_option((enum conf_source_kind)out->source[verb->source].kind,
                                    (enum conf_option)verb->how);
    case CONF_VERB_ADDRESS:
        verb->how = (uint8_t)once_in(state, 2);
        return true;
    case CONF_VERB_READY:
        verb->how = (uint8_t)random_below(state, CONF_READY_FLAGS + 1);
        return true;
    case CONF_VERB_SHUTDOWN:
        if (conf_kind_is_socket((enum conf_source_kind)out->source[verb->source].kind)) {
            verb->how = (uint8_t)random_below(state, 3);
        }
        return true;
    case CONF_VERB_JOIN:
        verb->source = CONF_NONE;
        verb->target = (uint8_t)random_below(state, verb->thread + 1u);
        return verb->target != verb->thread; /* joins go to earlier threads: no circle */
    case CONF_VERB_DROP:
    case CONF_VERB_WAKE:
    case CONF_VERB_OPEN:
    case CONF_VERB_DISCONNECT:
    case CONF_VERB_TAKE_ERROR:
    case CONF_VERB_FLUSH:
    case CONF_VERB_URGENT:
    case CONF_VERB_COUNT:
        break;
    }
    return true;
}

static void add_verb(uint64_t *state, struct conf_scenario *out, unsigned thread,
                     uint32_t thread_count)
{
    struct conf_verb *verb = &out->verb[out->verb_count];

    memset(verb, 0, sizeof(*verb));
    verb->thread = (uint8_t)thread;
    verb->source = (uint8_t)random_below(state, out->source_count);
    verb->poll = verb->target = verb->label = verb->task = verb->other = CONF_NONE;
    verb->code = (uint8_t)random_below(state, CONF_VERB_COUNT);
    if (verb->code != CONF_VERB_JOIN &&
        !conf_kind_takes((enum conf_source_kind)out->source[verb->source].kind,
                         (enum conf_verb_code)verb->code)) {
        return;
    }
    if (!fill_verb(state, out, verb, thread_count)) {
        return;
    }
    if (verb->code != CONF_VERB_JOIN && out->label_count < CONF_LABELS_MAX && once_in(state, 4)) {
        verb->label = out->label_count;
        snprintf(out->label_name[verb->label], CONF_NAME_MAX, "l%u", verb->label);
        out->label_count++;
    }
    out->verb_count++;
}

static void add_threads(uint64_t *state, struct conf_scenario *out)
{
    uint32_t count = random_below(state, CONF_THREADS_MAX + 1);

    for (unsigned t = 0; t < count; t++) {
        uint32_t tries = random_below(state, 40);

        snprintf(out->thread_name[t], CONF_NAME_MAX, "T%u", t);
        for (uint32_t i = 0; i < tries && out->source_count > 0; i++) {
            if (out->verb_count < CONF_VERBS_MAX) {
                add_verb(state, out, t, count);
            }
        }
        out->thread_first[t + 1] = out->verb_count;
    }
    out->thread_count = (uint8_t)count;
}

static void add_drops(uint64_t *state, struct conf_scenario *out)
{
    if (once_in(state, 2)) {
        return;
    }
    for (unsigned i = 0; i < out->source_count; i++) {
        unsigned place = random_below(state, i + 1);

        out->drop[i] = out->drop[place];
        out->drop[place] = (uint8_t)i;
    }
    out->drop_count = out->source_count;
}

static void add_outcomes(uint64_t *state, struct conf_scenario *out)
{
    uint32_t tries = random_below(state, 40);

    for (unsigned i = 0; i < out->label_count; i++) {
        if (once_in(state, 2)) {
            out->outcome[out->outcome_count++] = (uint8_t)i;
        }
    }
    if (out->outcome_count == 0) {
        return;
    }
    for (uint32_t i = 0; i < tries; i++) {
        struct conf_allow *allow = &out->allow[out->allow_count];
        bool is_new = true;

        memset(allow, 0, sizeof(*allow));
        for (unsigned j = 0; j < out->outcome_count; j++) {
            allow->word[j] = (uint8_t)random_below(state, CONF_WORD_COUNT);
        }
        for (unsigned j = 0; j < out->allow_count; j++) {
            is_new = is_new && memcmp(allow, &out->allow[j], sizeof(*allow)) != 0;
        }
        out->allow_count += is_new;
    }
}

void random_scenario(uint64_t *state, struct conf_scenario *out)
{
    uint32_t sources = random_below(state, CONF_SOURCES_MAX + 1);

    conf_scenario_init(out, once_in(state, 2) ? "random" : "9-random.scenario_x");
    add_about(state, out);
    add_settings(state, out);
    while (out->source_count < sources) {
        add_source(state, out);
    }
    add_threads(state, out);
    add_drops(state, out);
    add_outcomes(state, out);
    for (uint32_t i = random_below(state, CONF_ORACLES_MAX + 1); i > 0 && once_in(state, 2); i--) {
        snprintf(out->forbid[out->forbid_count++], CONF_NAME_MAX, "oracle-%u", i);
        out->forbid_given = 1;
    }
}
