/* fact_program: the program of one suite of facts or of many.
 *
 *     PROGRAM [--list] [--tap | --junit FILE] [PATTERN...]
 *
 * A pattern is SUITE.FACT with * for any characters; without one all facts are run. Exit status: 0
 * all hold, 1 one does not, 2 usage.
 *
 * What a world brings: how it runs a fact (fact_sim.c, fact_real.c). What a program brings: its
 * suites, listed by the build. */
#ifndef CONFORMANCE_SUITES_FACT_PROGRAM_H
#define CONFORMANCE_SUITES_FACT_PROGRAM_H

#include "conformance/suites/fact.h"

#include <stdbool.h>

/* The suites of this program, then NULL. */
extern const struct fact_suite *const fact_suites[];

/* fact_world_begin makes the world ready for facts; false when it cannot. */
bool fact_world_begin(void);
void fact_world_end(void);

/* fact_is_of_this_world tells whether the world has what the fact needs. */
bool fact_is_of_this_world(const struct fact *fact);

/* fact_case is the cmocka case of the fact that *state points to: it fails unless the fact holds as
 * it must in this world. On the runner's thread; lines it prints begin with #. */
void fact_case(void **state);

/* fact_set_environment sets a variable of this process; false when it cannot. */
bool fact_set_environment(const char *name, const char *value);

#endif
