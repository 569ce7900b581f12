/* iocplab: the command. Finds the verb and runs it. */
#include "fuzz/cli/verbs.h"

#include <string.h>

static const struct cli_verb verbs[] = {
    {.name = "run",
     .operands = "FILE",
     .about = "Execute FILE once, dull but for its decisions, and print what happened",
     .run = cli_run},
    {.name = "explore",
     .operands = "FILE...",
     .about = "Search the schedules of programs for findings; shrink, show and save them",
     .details = "FILE is a scenario (.scn) or a program in a shared library (.so). Each gets an\n"
                "equal share of the time. Without --executions and --seconds: 10 seconds.\n"
                "Exit status: 0 nothing found, 1 a finding, 2 bad input or usage.\n",
     .run = cli_explore},
    {.name = "replay",
     .operands = "FILE",
     .about = "Execute FILE under its decisions, again and again, and compare the hashes",
     .details = "Exit status: 0 no finding, 1 the finding is there, 2 bad input or usage, 3 the\n"
                "executions differ or a decision could not be followed.\n",
     .run = cli_replay},
    {.name = "shrink",
     .operands = "FILE",
     .about = "Make the program and the decisions of a finding small",
     .run = cli_shrink},
    {.name = "explain",
     .operands = "FILE",
     .about = "Draw the execution of FILE under its decisions, a column for each thread",
     .run = cli_explain},
    {.name = "decode",
     .operands = "INPUT",
     .about = "Print the scenario, with its decisions, that a fuzz input stands for",
     .run = cli_decode},
    {.name = "encode",
     .operands = "FILE",
     .about = "Make the fuzz input that stands for a scenario with its decisions",
     .run = cli_encode},
    {.name = "canaries",
     .operands = "",
     .about = "Search for bugs re-planted in core, to show that the search finds them",
     .details = "Exit status: 0 each was found in every trial, 1 one was missed.\n",
     .run = cli_canaries},
    {.name = "bench",
     .operands = "[NAME...]",
     .about = "Measure: all benches, or those named",
     .run = cli_bench},
};

static void print_usage(FILE *out)
{
    fprintf(out, "usage: iocplab VERB [options] [operands]\n\n");
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        fprintf(out, "  %-9s %s\n", verbs[i].name, verbs[i].about);
    }
    fprintf(out, "\niocplab VERB --help says more.\n");
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(stdout);
        return CLI_CLEAN;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[1], verbs[i].name) == 0) {
            return verbs[i].run(&verbs[i], argc - 1, argv + 1);
        }
    }
    fprintf(stderr, "iocplab: unknown verb %s, expected one of:\n", argv[1]);
    print_usage(stderr);
    return CLI_USAGE;
}
