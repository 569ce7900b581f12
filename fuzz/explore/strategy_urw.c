/* strategy urw and surw: walks that are uniform over interleavings instead of over choices (Zhao,
 * Wolff, Mathur, Roychoudhury, "Selectively uniform concurrency testing", ASPLOS 2025).
 *
 * urw: an actor runs with a weight of the events it still has, learnt from earlier executions; the
 * number of interleavings that remain is a multinomial, so without blocking this draws each
 * interleaving equally often.
 *
 * surw: the same over a few interesting operations only (those on objects that more than one thread
 * uses; one to three objects are drawn for each execution). An actor that is to make the next
 * interesting operation is drawn by weight (the intent); others that come to stand before one wait
 * until it has been made. Everything else is a random walk. */
#include "fakes/op.h"
#include "fuzz/explore/strategy.h"

#include <string.h>

#define THREADS_MAX 64u
#define OBJECTS_MAX 256u
#define SAMPLE_MAX  3u
#define NO_INTENT   UINT32_MAX
#define WORD_OBJECT UINT32_C(0x80000000) /* stands for all interlocked words */

struct walk {
    struct sim_source source;
    struct sim_source_random random;
    uint64_t seed;
    bool selective;
    /* learnt: choices of each thread in an execution, at most */
    uint32_t events[THREADS_MAX];
    uint32_t events_selected[THREADS_MAX];
    /* learnt: which threads stand before operations on an object */
    struct {
        uint32_t object;
        uint64_t threads;
    } object[OBJECTS_MAX];
    uint32_t object_count;
    /* this execution */
    uint32_t done[THREADS_MAX];
    uint32_t done_selected[THREADS_MAX];
    uint32_t sample[SAMPLE_MAX];
    uint32_t sample_count;
    uint32_t intent;
    uint64_t blocked; /* threads that wait for the intent */
};

static uint32_t object_of(const struct sim_pending *pending)
{
    if (pending->op == SIM_OP_INTERLOCKED || pending->op == SIM_OP_INTERLOCKED_READ) {
        return WORD_OBJECT;
    }
    return pending->object;
}

static bool is_thread(uint64_t id)
{
    return SIM_ACTOR_ID_KIND((sim_actor_id)id) == SIM_ACTOR_THREAD && id < THREADS_MAX;
}

static void note_object(struct walk *walk, uint32_t object, uint64_t thread)
{
    if (object == 0) {
        return;
    }
    for (uint32_t i = 0; i < walk->object_count; i++) {
        if (walk->object[i].object == object) {
            walk->object[i].threads |= UINT64_C(1) << thread;
            return;
        }
    }
    if (walk->object_count < OBJECTS_MAX) {
        walk->object[walk->object_count].object = object;
        walk->object[walk->object_count++].threads = UINT64_C(1) << thread;
    }
}

static bool is_selected(const struct walk *walk, const struct sim_pending *pending)
{
    uint32_t object = object_of(pending);
    for (uint32_t i = 0; i < walk->sample_count; i++) {
        if (walk->sample[i] == object) {
            return true;
        }
    }
    return false;
}

static uint32_t remaining(uint32_t events, uint32_t done)
{
    return events > done ? events - done : 1; /* never below 1: it stands there */
}

static uint32_t below(struct walk *walk, uint32_t count)
{
    return (uint32_t)(((sim_source_random_next(&walk->random) >> 32) * count) >> 32);
}

/* Draws among the alternatives of `set` (bits of indexes) by weight. */
static uint32_t draw(struct walk *walk, const struct sim_pick *pick, uint64_t set, bool selected)
{
    uint32_t weight[64];
    uint32_t total = 0;
    uint32_t count = pick->count < 64 ? pick->count : 64;
    for (uint32_t i = 0; i < count; i++) {
        weight[i] = 0;
        if (set >> i & 1) {
            uint64_t id = pick->id[i];
            weight[i] = !is_thread(id) ? 1
                        : selected ? remaining(walk->events_selected[id], walk->done_selected[id])
                                   : remaining(walk->events[id], walk->done[id]);
            if (pick->cost[i] < SIM_COST_FAULT) {
                weight[i] *= 8; /* timeouts: rare, as in the random walk */
            }
        }
        total += weight[i];
    }
    uint32_t at = below(walk, total);
    for (uint32_t i = 0; i < count; i++) {
        if (at < weight[i]) {
            return i;
        }
        at -= weight[i];
    }
    return 0;
}

static uint64_t index_set(const struct sim_pick *pick)
{
    return pick->count < 64 ? (UINT64_C(1) << pick->count) - 1 : UINT64_MAX;
}

static uint32_t uniform_pick(struct walk *walk, const struct sim_pick *pick)
{
    return draw(walk, pick, index_set(pick), false);
}

static uint64_t without_blocked(const struct walk *walk, const struct sim_pick *pick)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < pick->count && i < 64; i++) {
        if (!is_thread(pick->id[i]) || !(walk->blocked >> pick->id[i] & 1)) {
            set |= UINT64_C(1) << i;
        }
    }
    return set;
}

static uint64_t selected_threads(const struct walk *walk, const struct sim_pick *pick)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < pick->count && i < 64; i++) {
        if (is_thread(pick->id[i]) && walk->events_selected[pick->id[i]] != 0) {
            set |= UINT64_C(1) << i;
        }
    }
    return set;
}

static uint32_t selective_pick(struct walk *walk, const struct sim_pick *pick)
{
    for (uint32_t tries = 0; tries <= 2 * pick->count + 2; tries++) {
        uint64_t set = without_blocked(walk, pick);
        if (set == 0) { /* whoever was to go first cannot: a new intent */
            walk->blocked = 0;
            walk->intent = NO_INTENT;
            set = index_set(pick);
        }
        uint32_t index = draw(walk, pick, set, false);
        uint64_t id = pick->id[index];
        if (!is_thread(id) || !is_selected(walk, &pick->pending[index])) {
            return index;
        }
        if (walk->intent == NO_INTENT) {
            uint64_t candidates = selected_threads(walk, pick) | UINT64_C(1) << index;
            walk->intent = (uint32_t)pick->id[draw(walk, pick, candidates, true)];
        }
        if (walk->intent == id) {
            walk->intent = NO_INTENT;
            walk->blocked = 0;
            walk->done_selected[id]++;
            return index;
        }
        walk->blocked |= UINT64_C(1) << id;
    }
    return 0;
}

static uint32_t walk_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct walk *walk = (struct walk *)source;
    if (pick->kind != SIM_PICK_ACTOR) {
        return walk->random.source.pick(&walk->random.source, pick);
    }
    if (walk->selective) {
        for (uint32_t i = 0; i < pick->count; i++) {
            if (is_thread(pick->id[i])) {
                note_object(walk, object_of(&pick->pending[i]), pick->id[i]);
            }
        }
    }
    uint32_t index = walk->selective ? selective_pick(walk, pick) : uniform_pick(walk, pick);
    if (is_thread(pick->id[index])) {
        walk->done[pick->id[index]]++;
    }
    return index;
}

static void init(struct walk *walk, const struct fuzz_strategy_config *config, bool selective)
{
    memset(walk, 0, sizeof *walk);
    walk->source.pick = walk_pick;
    walk->seed = config->seed;
    walk->selective = selective;
}

static void urw_init(void *memory, const struct fuzz_strategy_config *config)
{
    init(memory, config, false);
}

static void surw_init(void *memory, const struct fuzz_strategy_config *config)
{
    init(memory, config, true);
}

/* Draws the objects of this execution among those that several threads use. */
static void draw_sample(struct walk *walk)
{
    uint32_t shared[OBJECTS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < walk->object_count; i++) {
        uint64_t threads = walk->object[i].threads;
        if ((threads & (threads - 1)) != 0) {
            shared[count++] = walk->object[i].object;
        }
    }
    walk->sample_count = 0;
    uint32_t wanted = 1 + below(walk, SAMPLE_MAX);
    while (walk->sample_count < wanted && count != 0) {
        uint32_t at = below(walk, count);
        walk->sample[walk->sample_count++] = shared[at];
        shared[at] = shared[--count];
    }
}

static struct sim_source *walk_begin(void *memory, uint64_t number)
{
    struct walk *walk = memory;
    sim_source_random_init(&walk->random, fuzz_seed_mix(walk->seed, number), 4);
    memset(walk->done, 0, sizeof walk->done);
    memset(walk->done_selected, 0, sizeof walk->done_selected);
    walk->intent = NO_INTENT;
    walk->blocked = 0;
    if (walk->selective) {
        draw_sample(walk);
        /* What a thread does on these objects is not known: assume its share of all it does. */
        for (uint32_t i = 0; i < THREADS_MAX; i++) {
            walk->events_selected[i] = (walk->events[i] + 3) / 4;
        }
    }
    return &walk->source;
}

static void walk_end(void *memory, const struct fuzz_execution *execution)
{
    struct walk *walk = memory;
    (void)execution;
    for (uint32_t i = 0; i < THREADS_MAX; i++) {
        if (walk->done[i] > walk->events[i]) {
            walk->events[i] = walk->done[i];
        }
    }
}

const struct fuzz_strategy fuzz_strategy_urw = {
    .name = "urw",
    .about = "uniform random walk: each interleaving equally often",
    .memory_size = sizeof(struct walk),
    .init = urw_init,
    .begin = walk_begin,
    .end = walk_end,
};

const struct fuzz_strategy fuzz_strategy_surw = {
    .name = "surw",
    .about = "selectively uniform: as urw, over the operations on a few shared objects",
    .memory_size = sizeof(struct walk),
    .init = surw_init,
    .begin = walk_begin,
    .end = walk_end,
};
