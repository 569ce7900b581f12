/* real_table: the verbs of the command on real Windows. */
#include "fuzz/cli/verbs.h"

const struct cli_verb cli_verb_table[] = {
    {.name = "run",
     .operands = "FILE",
     .about = "Execute the scenario in FILE once and print what happened",
     .run = cli_real_run},
    {.name = "litmus",
     .operands = "FILE...",
     .about = "Execute scenarios many times and count what came of them",
     .details =
         "A FILE may hold several scenarios. What is counted is the outcome that a scenario\n"
         "declares, without one the results of all its verbs. Scenarios that need what no\n"
         "real system does (faults) are passed over.\n"
         "Exit status: 0 nothing found, 1 a finding, 2 bad input or usage.\n",
     .run = cli_real_litmus},
    {.name = "conform",
     .operands = "LIB",
     .about = "Judge the port in a library: the scenarios of the corpus, again and again",
     .details =
         "What no order of real threads shows is not found: a port in the simulated world gets\n"
         "every order. Scenarios that need what no real system does (faults) are passed over.\n"
         "Exit status: 0 nothing broken, 1 a breach, 2 bad input or usage.\n",
     .run = cli_real_conform},
    {.name = "bench",
     .operands = "[NAME...]",
     .about = "Measure: all benches of the real world, or those named",
     .run = cli_bench},
    {.name = "trips",
     .operands = "NAME",
     .about = "Make round trips of a bench (NAME, or NAME-plain), to count what they cost",
     .run = cli_real_trips},
};

const size_t cli_verb_count = sizeof cli_verb_table / sizeof cli_verb_table[0];
