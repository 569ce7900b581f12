/* observer: what a real world shows of scenarios: the litmus verb of a command built for it, run as
 * another program (under Wine, say), read from its output. */
#ifndef FUZZ_FIDELITY_OBSERVER_H
#define FUZZ_FIDELITY_OBSERVER_H

#include "conformance/scenario.h"

#include <stdbool.h>
#include <stdint.h>

#define OBSERVER_OUTCOMES_MAX 64u /* of one scenario; more are not looked at */
#define OBSERVER_TEXT_SIZE    2048u

struct observer {
    const char *command; /* of the shell: the real world's iocplab */
    const char *path;    /* of a file it may write scenarios to */
    double settle_seconds;
    uint32_t runs;
    uint64_t seed;
};

struct observed_outcome {
    uint32_t seen;
    char text[OBSERVER_TEXT_SIZE]; /* as conf_outcome_format writes it */
};

/* What was seen of one scenario. */
struct observation {
    bool complete; /* all runs were made; else the program ended before */
    uint32_t count;
    struct observed_outcome outcome[OBSERVER_OUTCOMES_MAX];
    char finding[512]; /* the first thing an oracle said, empty for nothing */
};

/* observer_watch runs `count` scenarios and fills as many observations. Their names must differ.
 * False after a message on standard error when the program could not be run at all. When it dies in
 * the middle, the observation it died in and those behind it are not complete, and *died is the
 * index of the former (count when it ended well). */
bool observer_watch(const struct observer *observer, const struct conf_scenario *scenario,
                    uint32_t count, struct observation *observation, uint32_t *died);

#endif
