/* The reduction is sound for scenarios, harness and all: what samples of the schedules of a random
 * scenario come to is among what dpor finds when it says that it has seen everything.
 *
 * Programs of soundness_test.c state what they touch themselves; here it is core, its observers and
 * the runner of conformance that do. One touch that is forgotten there loses orders. */
#include "conformance/ports/port_core.h"
#include "fuzz/generate.h"
#include "fuzz/litmus.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#define SCENARIOS 100u /* builds with sanitizers: ten times slower */
#else
#define SCENARIOS 800u
#endif

#define WOKEN_BY_ANOTHER 46913u /* needs the races of those who could have woken a sleeper */

#define REDUCED_MAX 400u /* executions; scenarios with more are passed over */
#define SAMPLES     100u /* of each strategy that draws */

static const struct fuzz_strategy *const samplers[] = {&fuzz_strategy_random, &fuzz_strategy_pct};

struct tally {
    uint32_t compared;
    uint64_t reduced, outcomes;
};

static void fail_at(uint64_t seed, const struct fuzz_strategy *strategy, const char *what)
{
    fail_msg("scenario %llu: %s comes to what dpor does not: %s", (unsigned long long)seed,
             strategy->name, what);
}

static void compare(uint64_t seed, const struct conf_scenario *scenario,
                    struct fuzz_litmus_result *all, struct fuzz_litmus_result *sample,
                    struct tally *tally)
{
    memset(all, 0, sizeof *all);
    assert_true(
        fuzz_litmus_run(scenario, &conf_port_core, &fuzz_strategy_dpor, 1, REDUCED_MAX, all));
    if (all->answer == FUZZ_LITMUS_ALL) {
        tally->compared++;
        tally->reduced += all->executions;
        tally->outcomes += all->set.count;
    }
    for (uint32_t s = 0; all->answer == FUZZ_LITMUS_ALL && s < 2; s++) {
        memset(sample, 0, sizeof *sample);
        assert_true(fuzz_litmus_run(scenario, &conf_port_core, samplers[s], seed, SAMPLES, sample));
        if (sample->answer == FUZZ_LITMUS_FOUND) {
            fail_at(seed, samplers[s], sample->finding);
        }
        for (uint32_t i = 0; i < sample->set.count; i++) {
            if (!fuzz_outcome_set_has(&all->set, sample->set.item[i].text)) {
                fail_at(seed, samplers[s], sample->set.item[i].text);
            }
        }
        fuzz_outcome_set_clear(&sample->set);
    }
    fuzz_outcome_set_clear(&all->set);
}

static void samples_come_to_nothing_that_dpor_does_not(void **state)
{
    struct conf_scenario *scenario = calloc(1, sizeof *scenario);
    struct fuzz_litmus_result *result = calloc(2, sizeof *result);
    struct tally tally = {0};
    (void)state;

    assert_true(scenario != NULL && result != NULL);
    for (uint64_t i = 0; i < SCENARIOS + 1; i++) {
        uint64_t seed = i < SCENARIOS ? i : WOKEN_BY_ANOTHER;
        fuzz_generate((enum conf_bytes_profile)(seed % CONF_BYTES_PROFILE_COUNT), seed, scenario);
        compare(seed, scenario, &result[0], &result[1], &tally);
    }
    print_message("%u scenarios compared: dpor executed %llu, %llu outcomes\n", tally.compared,
                  (unsigned long long)tally.reduced, (unsigned long long)tally.outcomes);
    free(result);
    free(scenario);
    assert_true(tally.compared >= SCENARIOS / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_come_to_nothing_that_dpor_does_not),
    };
    return cmocka_run_group_tests_name("soundness_scenario", tests, NULL, NULL);
}
