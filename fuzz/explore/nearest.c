/* nearest: one changed decision after the other. */
#include "fuzz/explore/nearest.h"

#include "fuzz/explore/playback.h"

#include <stdlib.h>
#include <string.h>

#define CHOICES_MAX 8192u
#define OFFERS_MAX  32768u

/* One choice of the failing run, and what it could have been. */
struct choice {
    uint64_t point;
    uint32_t offer; /* of its first alternative */
    uint16_t count;
    uint16_t taken;
};

/* Filled by the process that executes; `full` when there was more than fits. */
struct choices {
    uint32_t count;
    uint32_t offer_count;
    bool full;
    struct choice choice[CHOICES_MAX];
    uint64_t id[OFFERS_MAX];
    uint32_t cost[OFFERS_MAX];
};

struct seeker {
    struct fuzz_worker *worker;
    struct fuzz_nearest *nearest;
    struct choices *choices;
    struct sim_decision *item; /* the candidate: room for one decision more than the failing run */
    uint64_t deadline_ns;
    bool broken;
};

/* ---- what could have been ---- */

struct listener {
    struct sim_source source;
    struct sim_source_replay replay;
    struct choices *choices;
};

static void note_choice(struct choices *choices, const struct sim_pick *pick, uint32_t taken)
{
    if (choices->count == CHOICES_MAX || choices->offer_count + pick->count > OFFERS_MAX) {
        choices->full = true;
        return;
    }
    choices->choice[choices->count++] = (struct choice){.point = pick->point,
                                                        .offer = choices->offer_count,
                                                        .count = (uint16_t)pick->count,
                                                        .taken = (uint16_t)taken};
    for (uint32_t i = 0; i < pick->count; i++) {
        choices->id[choices->offer_count] = pick->id[i];
        choices->cost[choices->offer_count++] = pick->cost[i];
    }
}

static uint32_t listener_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct listener *listener = (struct listener *)source;
    uint32_t taken = listener->replay.source.pick(&listener->replay.source, pick);

    note_choice(listener->choices, pick, taken);
    return taken;
}

/* listen executes the failing run once more and fills `choices`, which is shared memory. */
static bool listen(struct fuzz_subject *subject, const struct sim_decision *item, uint32_t count,
                   struct choices *choices)
{
    struct listener listener = {.source = {.pick = listener_pick}, .choices = choices};
    struct fuzz_report report;

    sim_source_replay_init(&listener.replay, item, count, true);
    return fuzz_play_source(subject, &listener.source, NULL, NULL, &report);
}

/* ---- candidates ---- */

static bool is_over(const struct seeker *seeker)
{
    return seeker->broken || seeker->nearest->found || fuzz_interrupted() ||
           seeker->nearest->executions >= FUZZ_NEAREST_EXECUTIONS_MAX ||
           fuzz_now_ns() >= seeker->deadline_ns;
}

/* try_candidate executes the candidate and keeps what was executed if it passes. */
static void try_candidate(struct seeker *seeker, uint32_t count)
{
    struct fuzz_nearest *nearest = seeker->nearest;
    struct fuzz_report report;
    enum fuzz_answer answer =
        fuzz_worker_replay(seeker->worker, seeker->item, count, true, 1, &report);

    nearest->executions++;
    if (answer == FUZZ_ANSWER_BROKEN) {
        seeker->broken = true;
    }
    if (answer != FUZZ_ANSWER_CLEAN) {
        return;
    }
    nearest->count = fuzz_worker_deviations(seeker->worker, NULL, 0);
    nearest->item = malloc((nearest->count + 1) * sizeof *nearest->item);
    if (nearest->item == NULL) {
        seeker->broken = true;
        return;
    }
    fuzz_worker_deviations(seeker->worker, nearest->item, nearest->count);
    nearest->found = true;
}

/* drop_each leaves out one decision at a time, the last one first. */
static void drop_each(struct seeker *seeker, const struct sim_decision *item, uint32_t count)
{
    for (uint32_t i = count; i > 0 && !is_over(seeker); i--) {
        memcpy(seeker->item, item, (i - 1) * sizeof *item);
        memcpy(seeker->item + i - 1, item + i, (count - i) * sizeof *item);
        try_candidate(seeker, count - 1);
    }
}

/* change makes a candidate of the failing run with alternative `other` at choice `at`, and returns
 * how many decisions it has. */
static uint32_t change(struct seeker *seeker, uint32_t at, uint32_t other)
{
    const struct choices *choices = seeker->choices;
    uint32_t count = 0;

    for (uint32_t i = 0; i < choices->count; i++) {
        const struct choice *choice = &choices->choice[i];
        uint32_t taken = i == at ? other : choice->taken;
        if (taken != 0) {
            seeker->item[count++] = (struct sim_decision){
                .point = choice->point, .chosen = choices->id[choice->offer + taken]};
        }
    }
    return count;
}

/* is_cheap tells whether an alternative adds no fault and no timeout. */
static bool is_cheap(const struct choices *choices, const struct choice *choice, uint32_t other)
{
    uint32_t added = choices->cost[choice->offer + other];
    uint32_t had = choices->cost[choice->offer + choice->taken];
    uint32_t odd = UINT32_C(0xffff0000);

    return (added & odd) == 0 || (had & odd) != 0;
}

/* change_each takes one choice at a time otherwise, the last one first. */
static void change_each(struct seeker *seeker)
{
    const struct choices *choices = seeker->choices;

    for (uint32_t i = choices->count; i > 0 && !is_over(seeker); i--) {
        const struct choice *choice = &choices->choice[i - 1];
        for (uint32_t other = 0; other < choice->count && !is_over(seeker); other++) {
            if (other != choice->taken && is_cheap(choices, choice, other)) {
                try_candidate(seeker, change(seeker, i - 1, other));
            }
        }
    }
}

bool fuzz_nearest_find(struct fuzz_subject *subject, const struct sim_decision *item,
                       uint32_t count, struct fuzz_nearest *nearest)
{
    struct fuzz_worker_options options = {.strategy = &fuzz_strategy_random};
    struct seeker seeker = {.nearest = nearest,
                            .deadline_ns =
                                fuzz_now_ns() + (uint64_t)FUZZ_NEAREST_LIMIT_MS * 1000000};

    memset(nearest, 0, sizeof *nearest);
    seeker.worker = fuzz_worker_create(subject, &options);
    seeker.choices = fuzz_shared_create(sizeof *seeker.choices);
    seeker.item = malloc((count + CHOICES_MAX + 1) * sizeof *seeker.item);
    seeker.broken = seeker.worker == NULL || seeker.choices == NULL || seeker.item == NULL;
    if (!seeker.broken) {
        drop_each(&seeker, item, count);
    }
    if (!is_over(&seeker)) {
        seeker.broken = !listen(subject, item, count, seeker.choices);
        if (!seeker.choices->full) {
            change_each(&seeker);
        }
    }
    free(seeker.item);
    if (seeker.choices != NULL) {
        fuzz_shared_destroy(seeker.choices, sizeof *seeker.choices);
    }
    fuzz_worker_destroy(seeker.worker);
    return !seeker.broken;
}

void fuzz_nearest_deinit(struct fuzz_nearest *nearest)
{
    free(nearest->item);
    nearest->item = NULL;
}
