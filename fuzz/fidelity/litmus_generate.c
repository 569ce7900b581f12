/* litmus_generate: the first thread makes connections and registrations, the others wait for it and
 * then do as they like. */
#include "fuzz/fidelity/litmus_generate.h"

#include "conformance/scenario_check.h"
#include "conformance/scenario_words.h"
#include "fuzz/explore/strategy.h"
#include "fuzz/fidelity/litmus_draw.h"

#include <stdio.h>
#include <string.h>

#define ATTEMPTS_MAX 64u /* until a scenario is legal */
#define RACERS_MAX   2u
#define RACER_VERBS  4u  /* of each, at most */
#define FITTING_MAX  16u /* attempts to find a verb that fits a source */
#define ORACLE_KEPT  "unmodelled"
#define WAKER_TOKEN  9u

uint32_t litmus_below(struct litmus_draw *draw, uint32_t count)
{
    return (uint32_t)(fuzz_seed_mix(draw->seed, draw->number++) % count);
}

/* ---- sources ---- */

uint8_t litmus_add_source(struct litmus_draw *draw, enum conf_source_kind kind, const char *name,
                          uint8_t address)
{
    struct conf_source *source = &draw->out->source[draw->out->source_count];

    memset(source, 0, sizeof *source);
    source->kind = (uint8_t)kind;
    source->poll = CONF_NONE;
    source->of = CONF_NONE;
    source->pipe = address;
    snprintf(source->name, sizeof source->name, "%s", name);
    if (address != CONF_NONE && address >= draw->out->pipe_count) {
        draw->out->pipe_count = (uint8_t)(address + 1);
        snprintf(draw->out->pipe_name[address], CONF_NAME_MAX, "%c", 'a' + address);
    }
    return draw->out->source_count++;
}

/* A poll, and beside it what any scenario may have. */
static void add_common_sources(struct litmus_draw *draw)
{
    litmus_add_source(draw, CONF_POLL, "P", CONF_NONE);
    if (litmus_below(draw, 3) == 0) {
        uint8_t waker = litmus_add_source(draw, CONF_WAKER, "W", CONF_NONE);
        draw->out->source[waker].poll = 0;
        draw->out->source[waker].token = WAKER_TOKEN;
    }
    if (litmus_below(draw, 6) == 0) {
        litmus_add_source(draw, CONF_USER_SOURCE, "U", CONF_NONE);
    }
}

/* ---- verbs ---- */

static void fill_poll(struct litmus_draw *draw, struct conf_verb *verb)
{
    static const uint32_t timeouts[] = {0, 0, 1, 2, CONF_TIMEOUT_INFINITE};
    uint32_t at = litmus_below(draw, 2 * LITMUS_COUNT_OF(timeouts));

    verb->timeout_ms = at < LITMUS_COUNT_OF(timeouts) ? timeouts[at] : CONF_TIMEOUT_INFINITE;
    verb->size = litmus_below(draw, 8) == 0 ? 1 : 0;
}

/* Another socket: what is accepted, or whom a datagram is for: the other one, which may hear only
 * this one (reaches_nobody). */
static uint8_t draw_other(struct litmus_draw *draw, const struct conf_verb *verb)
{
    uint8_t fitting[CONF_SOURCES_MAX];
    uint32_t count = 0;

    for (uint8_t i = 0; i < draw->out->source_count; i++) {
        enum conf_source_kind kind = (enum conf_source_kind)draw->out->source[i].kind;
        if (verb->code == CONF_VERB_ACCEPT ? conf_kind_is_accepted(kind)
                                           : conf_kind_is_udp(kind) && i != verb->source) {
            fitting[count++] = i;
        }
    }
    return count == 0 ? CONF_NONE : fitting[litmus_below(draw, count)];
}

static void fill_how(struct litmus_draw *draw, struct conf_verb *verb, enum conf_source_kind kind)
{
    if (verb->code == CONF_VERB_SHUTDOWN) {
        verb->how = (uint8_t)litmus_below(draw, CONF_SHUTDOWN_BOTH + 1);
    } else if (verb->code == CONF_VERB_READY) {
        verb->how = (uint8_t)litmus_below(draw, CONF_READY_FLAGS + 1);
    } else if (verb->code == CONF_VERB_ADDRESS) {
        verb->how = (uint8_t)litmus_below(draw, CONF_ADDRESS_PEER + 1);
    } else if (verb->code == CONF_VERB_OPTION) {
        verb->how = conf_kind_has_option(kind, CONF_OPTION_LINGER) ? CONF_OPTION_LINGER
                                                                   : CONF_OPTION_NODELAY;
        verb->size = verb->how == CONF_OPTION_LINGER ? 0 : 1;
    }
}

static void fill_verb(struct litmus_draw *draw, struct conf_verb *verb)
{
    static const uint32_t sizes[] = {1, 4, 16, 17, 32, 0};
    static const uint8_t interests[] = {3, 3, 1, 2};
    enum conf_verb_code code = (enum conf_verb_code)verb->code;
    enum conf_source_kind kind = (enum conf_source_kind)draw->out->source[verb->source].kind;

    if (code == CONF_VERB_REGISTER || code == CONF_VERB_REREGISTER ||
        code == CONF_VERB_DEREGISTER) {
        verb->poll = 0;
    }
    if (code == CONF_VERB_REGISTER || code == CONF_VERB_REREGISTER) {
        verb->token = 1 + litmus_below(draw, WAKER_TOKEN - 1);
        verb->interest = interests[litmus_below(draw, 4)];
    } else if (code == CONF_VERB_POLL) {
        fill_poll(draw, verb);
    } else if (conf_verb_is_transfer(code)) {
        verb->size = sizes[litmus_below(draw, 6)];
    }
    if (conf_verb_has_how(code, kind)) {
        fill_how(draw, verb, kind);
    }
    if (conf_verb_has_other(code, kind)) {
        verb->other = draw_other(draw, verb);
    }
}

static struct conf_verb *append_verb(struct litmus_draw *draw, enum conf_verb_code code,
                                     uint8_t source)
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

struct conf_verb *litmus_add_verb(struct litmus_draw *draw, enum conf_verb_code code,
                                  uint8_t source)
{
    struct conf_verb *verb = append_verb(draw, code, source);

    fill_verb(draw, verb);
    return verb;
}

static void begin_thread(struct litmus_draw *draw, const char *name)
{
    struct conf_scenario *out = draw->out;

    snprintf(out->thread_name[out->thread_count], CONF_NAME_MAX, "%s", name);
    out->thread_first[out->thread_count++] = out->verb_count;
    out->thread_first[out->thread_count] = out->verb_count;
}

static void end_thread(struct litmus_draw *draw)
{
    draw->out->thread_first[draw->out->thread_count] = draw->out->verb_count;
}

static bool is_about(const struct conf_verb *verb, uint8_t source)
{
    return verb->source == source || (verb->code == CONF_VERB_ACCEPT && verb->other == source);
}

static bool makes_or_drops(const struct litmus_draw *draw, const struct conf_verb *verb,
                           uint8_t source)
{
    enum conf_verb_code code = (enum conf_verb_code)verb->code;

    return code == CONF_VERB_DROP || verb->source != source ||
           conf_verb_creates(code, (enum conf_source_kind)draw->out->source[source].kind);
}

/* Whether two verbs of the two racers on one source would say more of others than of Win32: of the
 * harness, which keeps what a plain pipe end has under way and what is gone; and of Wine, which
 * refuses one of two threads that send on one socket at once, or receive, with WSAEWOULDBLOCK
 * (server/sock.c), whatever room or data there is. */
static bool clash(const struct litmus_draw *draw, const struct conf_verb *one,
                  const struct conf_verb *other, uint8_t source)
{
    enum conf_verb_code code = (enum conf_verb_code)one->code;
    enum conf_verb_code code_other = (enum conf_verb_code)other->code;
    enum conf_source_kind kind = (enum conf_source_kind)draw->out->source[source].kind;

    return conf_kind_is_raw(kind) || makes_or_drops(draw, one, source) ||
           makes_or_drops(draw, other, source) ||
           (conf_kind_is_socket(kind) && conf_verb_is_transfer(code) &&
            conf_verb_is_transfer(code_other) &&
            conf_verb_reads(code) == conf_verb_reads(code_other));
}

/* clashes_with_any looks at the last verb and those of the other racer. The first thread is alone.
 */
static bool clashes_with_any(const struct litmus_draw *draw)
{
    const struct conf_verb *last = &draw->out->verb[draw->out->verb_count - 1];

    for (uint16_t i = draw->out->thread_first[1]; i < draw->out->verb_count; i++) {
        const struct conf_verb *verb = &draw->out->verb[i];
        if (verb->thread == last->thread) {
            continue;
        }
        for (uint8_t source = 0; source < draw->out->source_count; source++) {
            if (is_about(verb, source) && is_about(last, source) &&
                clash(draw, verb, last, source)) {
                return true;
            }
        }
    }
    return false;
}

/* A datagram for a socket that is not there: Wine keeps the error for SO_ERROR, and its polls tell
 * of it. So both sockets stay. */
static bool reaches_nobody(const struct litmus_draw *draw, enum conf_verb_code code, uint8_t source)
{
    return code == CONF_VERB_DROP &&
           conf_kind_is_udp((enum conf_source_kind)draw->out->source[source].kind);
}

static void add_any(struct litmus_draw *draw, const struct litmus_kind *kind)
{
    for (uint32_t i = 0; i < FITTING_MAX; i++) {
        enum conf_verb_code code =
            (enum conf_verb_code)kind->code[litmus_below(draw, kind->code_count)];
        uint8_t source = (uint8_t)litmus_below(draw, draw->out->source_count);
        if (conf_kind_takes((enum conf_source_kind)draw->out->source[source].kind, code) &&
            !reaches_nobody(draw, code, source)) {
            litmus_add_verb(draw, code, source);
            if (!clashes_with_any(draw)) {
                return;
            }
            draw->out->verb_count--;
        }
    }
}

static void add_racers(struct litmus_draw *draw, const struct litmus_kind *kind)
{
    static const char *const names[RACERS_MAX] = {"T1", "T2"};

    for (uint32_t i = 0; i < RACERS_MAX; i++) {
        uint32_t count = 1 + litmus_below(draw, RACER_VERBS);
        begin_thread(draw, names[i]);
        append_verb(draw, CONF_VERB_JOIN, CONF_NONE)->target = 0;
        for (uint32_t k = 0; k < count; k++) {
            add_any(draw, kind);
        }
        end_thread(draw);
    }
}

/* ---- a scenario ---- */

static bool generate(struct litmus_draw *draw)
{
    static const struct litmus_kind *const kinds[] = {&litmus_kind_pipe, &litmus_kind_pipe,
                                                      &litmus_kind_tcp, &litmus_kind_udp};
    const struct litmus_kind *kind = kinds[litmus_below(draw, LITMUS_COUNT_OF(kinds))];

    memset(draw->out, 0, sizeof *draw->out);
    conf_scenario_init(draw->out, "generated");
    add_common_sources(draw);
    kind->begin(draw);
    begin_thread(draw, "T0");
    kind->setup(draw);
    end_thread(draw);
    add_racers(draw, kind);
    draw->out->forbid_given = 1;
    draw->out->forbid_count = 1;
    snprintf(draw->out->forbid[0], CONF_NAME_MAX, ORACLE_KEPT);
    return conf_scenario_check(draw->out, NULL);
}

void litmus_generate(uint64_t seed, struct conf_scenario *out)
{
    struct litmus_draw draw = {.seed = seed, .out = out};
    uint32_t attempts = 0;

    while (!generate(&draw) && attempts++ < ATTEMPTS_MAX) {
    }
    snprintf(out->name, sizeof out->name, "generated-%016llx", (unsigned long long)seed);
}
