/* subject: what explore searches: a program with many schedules.
 *
 * A scenario, a C body and a program in a shared library are three subjects for every verb of the
 * command. explore needs fakes only; it never knows which one it drives. */
#ifndef FUZZ_EXPLORE_SUBJECT_H
#define FUZZ_EXPLORE_SUBJECT_H

#include "fakes/decision_text.h"
#include "fakes/world.h"

#include <stdio.h>

#define FUZZ_MACHINES_MAX 32u
#define FUZZ_STATES_MAX   16u

/* Transitions of the state machines of the code under test: bit `t` of to[machine][from] stands for
 * from -> t. Values beyond the bounds are left out. */
struct fuzz_transitions {
    uint16_t to[FUZZ_MACHINES_MAX][FUZZ_STATES_MAX];
};

struct fuzz_subject {
    const struct fuzz_subject_ops *ops;
};

struct fuzz_subject_ops {
    /* run executes the subject once in `world` under `source` and fills *outcome. It must leave
     * nothing behind that the next execution could see, and may be called millions of times. */
    void (*run)(struct fuzz_subject *subject, struct sim_world *world, struct sim_source *source,
                struct sim_outcome *outcome);

    /* names returns the names of the simulated threads by ordinal; it stays the subject's. */
    struct sim_names (*names)(struct fuzz_subject *subject);

    /* clause returns the clause of the contract an oracle id stands for ("" when unknown), and
     * clause_text writes what it demands, level first ("" when unknown). */
    const char *(*clause)(struct fuzz_subject *subject, const char *oracle);
    void (*clause_text)(struct fuzz_subject *subject, const char *oracle, char *out, size_t size);

    /* print writes the subject in its file format with these decisions (deviations from the dull
     * schedule; count may be 0), so that reading it back replays the execution. */
    void (*print)(struct fuzz_subject *subject, const struct sim_decision *item, uint32_t count,
                  FILE *out);

    /* history writes the last execution of `world` as readable lines, one an event, including what
     * only the subject's own harness can name. */
    void (*history)(struct fuzz_subject *subject, struct sim_world *world, FILE *out);

    /* event_text writes what entry `index` of the log of `world` says, for entries of the subject's
     * own harness (kind >= SIM_EVENT_HARNESS), and returns its length; 0 for what needs no words
     * where `oracle` found something ("": nothing was found). `world` may be one whose execution
     * died on the way. */
    size_t (*event_text)(struct fuzz_subject *subject, struct sim_world *world, size_t index,
                         const char *oracle, char *out, size_t size);

    /* object_name writes what the harness calls the kernel object that entry `index` of the log, of
     * kind SIM_EVENT_CREATE, brings; "" when it has no name for it. */
    void (*object_name)(struct fuzz_subject *subject, struct sim_world *world, size_t index,
                        char *out, size_t size);

    /* transitions adds the state transitions of the code under test that the last execution of
     * `world` went through. NULL for subjects that do not know them. */
    void (*transitions)(struct fuzz_subject *subject, struct sim_world *world,
                        struct fuzz_transitions *reached);

    /* reduction_count returns how many ways there are to make the subject one step smaller (0: it
     * cannot be reduced), and reduce builds the one with index k as a new subject, NULL when that
     * one makes no legal program. The caller destroys it. */
    uint32_t (*reduction_count)(struct fuzz_subject *subject);
    struct fuzz_subject *(*reduce)(struct fuzz_subject *subject, uint32_t k);

    /* key returns a hash of the subject without decisions, names and positions: with the oracle and
     * its clause it names a finding. */
    uint64_t (*key)(struct fuzz_subject *subject);

    void (*destroy)(struct fuzz_subject *subject);
};

#endif
