/* realign: tries the nearest steps first. */
#include "fuzz/explore/realign.h"

#include "fuzz/explore/worker.h"

#include <stdlib.h>
#include <string.h>

#define STEP_MAX  0xfffffu
#define STEP_MASK UINT64_C(0xfffff)

struct realigner {
    struct fuzz_worker *worker;
    struct sim_decision *candidate;
    bool broken;
};

/* followed returns how many decisions can be followed before the first that cannot. */
static uint32_t followed(struct realigner *realigner, const struct sim_decision *item,
                         uint32_t count)
{
    struct fuzz_report report = {.diverged = 0};
    enum fuzz_answer answer = fuzz_worker_replay(realigner->worker, item, count, false, 1, &report);

    if (answer == FUZZ_ANSWER_BROKEN) {
        realigner->broken = true;
    }
    return report.diverged > 0 ? report.first_divergence : count;
}

/* shift_step moves a step ordinal; false when there is no such step. */
static bool shift_step(uint32_t *step, int32_t by)
{
    int64_t moved = (int64_t)*step + by;

    if (moved < 1 || moved > STEP_MAX) {
        return false;
    }
    *step = (uint32_t)moved;
    return true;
}

/* shift_actor moves an actor that is a kernel action begun in a step of `thread`. */
static bool shift_actor(sim_actor_id *actor, uint32_t thread, int32_t by)
{
    uint32_t step = SIM_ACTOR_ID_STEP(*actor);

    if (SIM_ACTOR_ID_KIND(*actor) == SIM_ACTOR_THREAD || SIM_ACTOR_ID_THREAD(*actor) != thread) {
        return true;
    }
    if (!shift_step(&step, by)) {
        return false;
    }
    *actor = SIM_ACTOR_ID(SIM_ACTOR_ID_KIND(*actor), thread, step);
    return true;
}

/* shift moves whatever a decision says of the steps of `thread`. */
static bool shift(struct sim_decision *decision, uint32_t thread, int32_t by)
{
    sim_actor_id actor = SIM_POINT_ACTOR(decision->point);
    uint32_t step = SIM_POINT_STEP(decision->point);
    sim_actor_id chosen = (sim_actor_id)decision->chosen;

    if (SIM_ACTOR_ID_KIND(actor) == SIM_ACTOR_THREAD) {
        if (actor == thread && !shift_step(&step, by)) {
            return false;
        }
    } else if (!shift_actor(&actor, thread, by)) {
        return false;
    }
    decision->point = ((uint64_t)actor << 32) | (decision->point & ~STEP_MASK & UINT32_MAX) | step;
    if (SIM_POINT_KIND(decision->point) == SIM_PICK_ACTOR) {
        if (!shift_actor(&chosen, thread, by)) {
            return false;
        }
        decision->chosen = chosen;
    }
    return true;
}

/* try_shift moves the decisions from `at` on that are about `thread`, and keeps them there if the
 * first of them can be followed then. */
static bool try_shift(struct realigner *realigner, struct sim_decision *item, uint32_t count,
                      uint32_t at, uint32_t thread, int32_t by, uint32_t *moved)
{
    uint32_t changed = 0;

    memcpy(realigner->candidate, item, count * sizeof *item);
    for (uint32_t i = at; i < count; i++) {
        if (!shift(&realigner->candidate[i], thread, by)) {
            return false;
        }
        changed += memcmp(&realigner->candidate[i], &item[i], sizeof *item) != 0;
    }
    if (changed == 0 || followed(realigner, realigner->candidate, count) <= at) {
        return false;
    }
    memcpy(item, realigner->candidate, count * sizeof *item);
    *moved += changed;
    return true;
}

/* move finds a place for decision `at`: near before far, the steps of whoever acts before those of
 * whoever is chosen. */
static bool move(struct realigner *realigner, struct sim_decision *item, uint32_t count,
                 uint32_t at, uint32_t *moved)
{
    uint32_t threads[2] = {SIM_ACTOR_ID_THREAD(SIM_POINT_ACTOR(item[at].point)),
                           SIM_ACTOR_ID_THREAD((sim_actor_id)item[at].chosen)};
    uint32_t thread_count =
        SIM_POINT_KIND(item[at].point) == SIM_PICK_ACTOR && threads[1] != threads[0] ? 2 : 1;

    for (int32_t by = 1; by <= (int32_t)FUZZ_REALIGN_STEPS_MAX; by++) {
        for (uint32_t i = 0; i < thread_count; i++) {
            if (realigner->broken || fuzz_interrupted()) {
                return false;
            }
            if (try_shift(realigner, item, count, at, threads[i], by, moved) ||
                try_shift(realigner, item, count, at, threads[i], -by, moved)) {
                return true;
            }
        }
    }
    return false;
}

static void align(struct realigner *realigner, struct sim_decision *item, uint32_t *count,
                  struct fuzz_realigned *result)
{
    uint32_t at = followed(realigner, item, *count);

    while (at < *count && !realigner->broken) {
        if (!move(realigner, item, *count, at, &result->moved)) {
            if (result->dropped++ == 0) {
                result->first_dropped = at;
            }
            memmove(item + at, item + at + 1, (*count - at - 1) * sizeof *item);
            (*count)--;
        }
        at = followed(realigner, item, *count);
    }
}

bool fuzz_realign(struct fuzz_subject *subject, struct sim_decision *item, uint32_t *count,
                  struct fuzz_realigned *result)
{
    struct fuzz_worker_options options = {.strategy = &fuzz_strategy_random};
    struct realigner realigner = {.worker = fuzz_worker_create(subject, &options),
                                  .candidate = malloc((*count + 1) * sizeof *item)};

    memset(result, 0, sizeof *result);
    realigner.broken = realigner.worker == NULL || realigner.candidate == NULL;
    if (!realigner.broken) {
        align(&realigner, item, count, result);
    }
    free(realigner.candidate);
    fuzz_worker_destroy(realigner.worker);
    return !realigner.broken;
}
