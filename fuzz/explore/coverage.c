/* coverage: counting what executions have shown. */
#include "fuzz/explore/coverage.h"

#include "fuzz/explore/strategy.h"

struct sim_source *fuzz_coverage_begin(struct fuzz_order *order, struct sim_source *source,
                                       uint64_t number, enum fuzz_classing classing)
{
    /* Drawn, as strategies change their ways in a fixed rhythm. */
    bool drawn = number < FUZZ_CLASSED_FIRST || fuzz_seed_mix(number, 0) % FUZZ_CLASSED_EVERY == 0;

    if (classing == FUZZ_CLASS_EACH || (classing == FUZZ_CLASS_SAMPLE && !drawn)) {
        return source;
    }
    return fuzz_order_begin(order, source);
}

void fuzz_coverage_end(struct fuzz_coverage *coverage, const struct fuzz_order *order,
                       const struct sim_source *source, enum fuzz_classing classing,
                       struct fuzz_subject *subject, struct sim_world *world,
                       const struct sim_decision_log *decisions, const struct sim_outcome *outcome)
{
    if (outcome->abandoned) {
        return;
    }
    if (fuzz_novelty_add(&coverage->histories, outcome->hash) &&
        subject->ops->transitions != NULL) {
        subject->ops->transitions(subject, world, &coverage->transitions);
    }
    uint64_t class = 0; /* not known */
    if (classing == FUZZ_CLASS_EACH) {
        class = outcome->hash;
    } else if (source == &order->source) {
        class = fuzz_order_class(order, decisions);
    }
    if (class != 0) {
        coverage->classed++;
        (void)fuzz_novelty_add(&coverage->classes, class);
    }
}

double fuzz_coverage_unseen(uint64_t once, uint64_t classed)
{
    return classed == 0 ? 1 : (double)once / (double)classed;
}

void fuzz_transitions_add(struct fuzz_transitions *sum, const struct fuzz_transitions *more)
{
    for (uint32_t m = 0; m < FUZZ_MACHINES_MAX; m++) {
        for (uint32_t from = 0; from < FUZZ_STATES_MAX; from++) {
            sum->to[m][from] |= more->to[m][from];
        }
    }
}

uint32_t fuzz_transitions_count(const struct fuzz_transitions *transitions)
{
    uint32_t count = 0;

    for (uint32_t m = 0; m < FUZZ_MACHINES_MAX; m++) {
        for (uint32_t from = 0; from < FUZZ_STATES_MAX; from++) {
            count += (uint32_t)__builtin_popcount(transitions->to[m][from]);
        }
    }
    return count;
}

uint32_t fuzz_transitions_states(const struct fuzz_transitions *transitions)
{
    uint32_t count = 0;

    for (uint32_t m = 0; m < FUZZ_MACHINES_MAX; m++) {
        uint32_t states = 0;
        for (uint32_t from = 0; from < FUZZ_STATES_MAX; from++) {
            states |= transitions->to[m][from];
            states |= (uint32_t)(transitions->to[m][from] != 0) << from;
        }
        count += (uint32_t)__builtin_popcount(states);
    }
    return count;
}
