/* litmus_generate: the first thread makes connections and registrations, the others wait for it and
 * then do as they like. */
#include "fuzz/fidelity/litmus_generate.h"

#include "conformance/scenario_check.h"
#include "conformance/scenario_words.h"
#include "fuzz/explore/strategy.h"

#include <stdio.h>
#include <string.h>

#define ATTEMPTS_MAX 64u /* until a scenario is legal */
#define RACERS_MAX   2u
#define RACER_VERBS  4u  /* of each, at most */
#define FITTING_MAX  16u /* attempts to find a verb that fits a source */
#define THE_PIPE     0
#define ORACLE_KEPT  "unmodelled"

struct draw {
    uint64_t seed, number;
    struct conf_scenario *out;
};

static uint32_t below(struct draw *draw, uint32_t count)
{
    return (uint32_t)(fuzz_seed_mix(draw->seed, draw->number++) % count);
}

/* ---- sources ---- */

static uint8_t add_source(struct draw *draw, enum conf_source_kind kind, const char *name)
{
    struct conf_source *source = &draw->out->source[draw->out->source_count];

    memset(source, 0, sizeof *source);
    source->kind = (uint8_t)kind;
    source->poll = CONF_NONE;
    source->of = CONF_NONE;
    source->pipe = conf_kind_is_pipe(kind) ? THE_PIPE : CONF_NONE;
    snprintf(source->name, sizeof source->name, "%s", name);
    return draw->out->source_count++;
}

static void add_sources(struct draw *draw)
{
    static const uint32_t quotas[] = {0, 0, 1, 16};
    uint32_t ends = below(draw, 6); /* which of the two ends is a plain handle */
    uint32_t message = below(draw, 6) == 0 ? CONF_PIPE_MESSAGE : CONF_PIPE_BYTE;
    uint8_t server, client;

    add_source(draw, CONF_POLL, "P");
    if (below(draw, 3) == 0) {
        uint8_t waker = add_source(draw, CONF_WAKER, "W");
        draw->out->source[waker].poll = 0;
        draw->out->source[waker].token = 9;
    }
    server = add_source(draw, ends == 0 ? CONF_RAW_PIPE_SERVER : CONF_PIPE_SERVER, "S");
    client =
        add_source(draw, ends == 1 || ends == 2 ? CONF_RAW_PIPE_CLIENT : CONF_PIPE_CLIENT, "C");
    draw->out->source[server].quota = quotas[below(draw, 4)];
    draw->out->source[server].mode = (uint8_t)message;
    draw->out->source[client].mode = (uint8_t)message;
    draw->out->pipe_count = 1;
    snprintf(draw->out->pipe_name[THE_PIPE], CONF_NAME_MAX, "a");
}

/* ---- verbs ---- */

static struct conf_verb *add_verb(struct draw *draw, enum conf_verb_code code, uint8_t source)
{
    struct conf_verb *verb = &draw->out->verb[draw->out->verb_count++];

    memset(verb, 0, sizeof *verb);
    verb->code = (uint8_t)code;
    verb->thread = (uint8_t)(draw->out->thread_count - 1);
    verb->source = source;
    verb->poll = CONF_NONE;
    verb->target = CONF_NONE;
    verb->label = CONF_NONE;
    verb->task = CONF_NONE;
    verb->other = CONF_NONE;
    return verb;
}

static void fill_verb(struct draw *draw, struct conf_verb *verb)
{
    static const uint32_t sizes[] = {1, 4, 16, 17, 32, 0};
    static const uint8_t interests[] = {3, 3, 1, 2};

    if (verb->code == CONF_VERB_REGISTER || verb->code == CONF_VERB_REREGISTER ||
        verb->code == CONF_VERB_DEREGISTER) {
        verb->poll = 0;
    }
    if (verb->code == CONF_VERB_REGISTER || verb->code == CONF_VERB_REREGISTER) {
        verb->token = 1 + below(draw, 8);
        verb->interest = interests[below(draw, 4)];
    } else if (verb->code == CONF_VERB_POLL) {
        verb->timeout_ms = below(draw, 3) == 0 ? 0 : CONF_TIMEOUT_INFINITE;
    } else if (verb->code == CONF_VERB_READ || verb->code == CONF_VERB_WRITE) {
        verb->size = sizes[below(draw, 6)];
    }
}

static void add_filled(struct draw *draw, enum conf_verb_code code, uint8_t source)
{
    fill_verb(draw, add_verb(draw, code, source));
}

static void begin_thread(struct draw *draw, const char *name)
{
    struct conf_scenario *out = draw->out;

    snprintf(out->thread_name[out->thread_count], CONF_NAME_MAX, "%s", name);
    out->thread_first[out->thread_count++] = out->verb_count;
    out->thread_first[out->thread_count] = out->verb_count;
}

static void end_thread(struct draw *draw)
{
    draw->out->thread_first[draw->out->thread_count] = draw->out->verb_count;
}

/* The first thread: some of what leads to a connection, in the order in which it is done. */
static void add_setup(struct draw *draw)
{
    uint8_t client = (uint8_t)(draw->out->source_count - 1);
    uint8_t server = (uint8_t)(client - 1);
    bool raw_server = draw->out->source[server].kind == CONF_RAW_PIPE_SERVER;
    bool raw_client = draw->out->source[client].kind == CONF_RAW_PIPE_CLIENT;
    uint32_t how_far = below(draw, 3) == 0 ? below(draw, 5) : 2 + below(draw, 3);

    begin_thread(draw, "T0");
    if (how_far >= 1 && !raw_server) {
        add_filled(draw, CONF_VERB_REGISTER, server);
    }
    if (how_far >= 2 && below(draw, 2) == 0) {
        add_filled(draw, CONF_VERB_CONNECT, server);
    }
    if (how_far >= 2) {
        add_filled(draw, CONF_VERB_OPEN, client);
    }
    if (how_far >= 3 && !raw_client) {
        add_filled(draw, CONF_VERB_REGISTER, client);
    }
    if (how_far >= 3) {
        add_filled(draw, CONF_VERB_CONNECT, server);
    }
    if (how_far >= 4) {
        add_verb(draw, CONF_VERB_POLL, 0)->timeout_ms = 0;
    }
    end_thread(draw);
}

static void add_any(struct draw *draw)
{
    static const enum conf_verb_code codes[] = {
        CONF_VERB_POLL,       CONF_VERB_POLL,     CONF_VERB_POLL,       CONF_VERB_READ,
        CONF_VERB_READ,       CONF_VERB_READ,     CONF_VERB_WRITE,      CONF_VERB_WRITE,
        CONF_VERB_WRITE,      CONF_VERB_CONNECT,  CONF_VERB_CONNECT,    CONF_VERB_OPEN,
        CONF_VERB_OPEN,       CONF_VERB_REGISTER, CONF_VERB_REREGISTER, CONF_VERB_DEREGISTER,
        CONF_VERB_DISCONNECT, CONF_VERB_DROP,     CONF_VERB_WAKE,       CONF_VERB_TAKE_ERROR,
    };

    for (uint32_t i = 0; i < FITTING_MAX; i++) {
        enum conf_verb_code code = codes[below(draw, sizeof codes / sizeof codes[0])];
        uint8_t source = (uint8_t)below(draw, draw->out->source_count);
        if (conf_kind_takes((enum conf_source_kind)draw->out->source[source].kind, code)) {
            add_filled(draw, code, source);
            return;
        }
    }
}

static void add_racers(struct draw *draw)
{
    static const char *const names[RACERS_MAX] = {"T1", "T2"};

    for (uint32_t i = 0; i < RACERS_MAX; i++) {
        uint32_t count = 1 + below(draw, RACER_VERBS);
        begin_thread(draw, names[i]);
        add_verb(draw, CONF_VERB_JOIN, CONF_NONE)->target = 0;
        for (uint32_t k = 0; k < count; k++) {
            add_any(draw);
        }
        end_thread(draw);
    }
}

/* ---- a scenario ---- */

static bool generate(struct draw *draw)
{
    memset(draw->out, 0, sizeof *draw->out);
    conf_scenario_init(draw->out, "generated");
    add_sources(draw);
    add_setup(draw);
    add_racers(draw);
    draw->out->forbid_given = 1;
    draw->out->forbid_count = 1;
    snprintf(draw->out->forbid[0], CONF_NAME_MAX, ORACLE_KEPT);
    return conf_scenario_check(draw->out, NULL);
}

void litmus_generate(uint64_t seed, struct conf_scenario *out)
{
    struct draw draw = {.seed = seed, .out = out};
    uint32_t attempts = 0;

    while (!generate(&draw) && attempts++ < ATTEMPTS_MAX) {
    }
    snprintf(out->name, sizeof out->name, "generated-%016llx", (unsigned long long)seed);
}
