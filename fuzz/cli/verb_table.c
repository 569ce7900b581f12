/* verb_table: the verbs of the command in the simulated world. */
#include "fuzz/cli/verbs.h"

const struct cli_verb cli_verb_table[] = {
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
    {.name = "litmus",
     .operands = "FILE...",
     .about = "Every outcome of small scenarios: are they those in NAME.expected?",
     .details =
         "Exhaustive, or a sample with --runs. Exit status: 0 as expected, 1 an outcome that\n"
         "is not expected, one that cannot be, or a finding, 2 bad input or usage.\n",
     .run = cli_litmus},
    {.name = "merge",
     .operands = "DIR...",
     .about = "Put the results of shards together: what explore --shard I/N --save DIR left",
     .details = "Findings of the same name are one; statistics are summed; the whole is complete\n"
                "if each of its shards is. Exit status: 0 no finding, 1 a finding, 2 bad input.\n",
     .run = cli_merge},
    {.name = "replay",
     .operands = "FILE",
     .about = "Execute FILE under its decisions, again and again, and compare the hashes",
     .details = "Exit status: 0 no finding, 1 the finding is there, 2 bad input or usage, 3 the\n"
                "executions differ or a decision could not be followed.\n"
                "--break stops under a debugger as the step begins, on the stack of its thread:\n"
                "  gdb --args iocplab replay --break T1#3 FILE\n"
                "  (gdb) run\n"
                "  (gdb) backtrace\n",
     .run = cli_replay},
    {.name = "shrink",
     .operands = "FILE",
     .about = "Make the program and the decisions of a finding small",
     .run = cli_shrink},
    {.name = "explain",
     .operands = "FILE",
     .about = "Draw the execution of FILE under its decisions, a column for each thread",
     .details = "--format html writes one page that needs nothing else: the run and the nearest\n"
                "passing one side by side. --format perfetto is for ui.perfetto.dev.\n",
     .run = cli_explain},
    {.name = "export",
     .operands = "FILE",
     .about = "Write the source of a test that fails as long as the finding is there",
     .run = cli_export},
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
     .details =
         "Exit status: 0 each bug was found in every trial and nothing where there is none,\n"
         "1 one was missed, or there was a false alarm, 2 bad input or usage.\n",
     .run = cli_canaries},
    {.name = "conform",
     .operands = "LIB",
     .about = "Say which clauses of the contract a port breaks, and by which orderings",
     .details =
         "LIB is a shared library that exports conf_port (conformance/port.h). Each scenario\n"
         "of the corpus that the port can do is searched, the oracles of the profile judge.\n"
         "--expect lists, one a line: fail SCENARIO CLAUSE REASON LINK, or skip SCENARIO\n"
         "REASON LINK. What is listed and does not show is an error, too.\n"
         "Exit status: 0 it conforms, 1 it does not, 2 bad input or usage.\n",
     .run = cli_conform},
    {.name = "coverage",
     .operands = "",
     .about = "Say what of core the corpus reaches: states, transitions, lines, branches",
     .details = "Lines and branches of core and fakes are counted in a build of preset coverage;\n"
                "others show states and transitions alone. Exit status: 0 done, 1 a finding,\n"
                "2 bad input or usage.\n",
     .run = cli_coverage},
    {.name = "power",
     .operands = "",
     .about = "Measure the schedules that each strategy needs for each planted and classic bug",
     .details =
         "Writes fuzz/TABLE.md: iocplab power --jobs 2 --keep cells -o fuzz/TABLE.md. It is\n"
         "limited by executions: the same seeds give the same table. What was stopped goes\n"
         "on with the cells kept; lines taken out of that file are measured again.\n"
         "Exit status: 0 each bug was found by some strategy, 1 not, 2 bad input or usage.\n",
     .run = cli_power},
    {.name = "fidelity",
     .operands = "[FILE...]",
     .about = "Is what a real world does among what the simulator allows?",
     .details =
         "Runs scenarios, random ones of litmus size without FILE, in a real world and looks\n"
         "for a schedule that explains each outcome. What nothing explains is shrunk.\n"
         "Exit status: 0 nothing found, 1 a counterexample, 2 bad input or usage.\n",
     .run = cli_fidelity},
    {.name = "bench",
     .operands = "[NAME...]",
     .about = "Measure: all benches, or those named",
     .run = cli_bench},
};

const size_t cli_verb_count = sizeof cli_verb_table / sizeof cli_verb_table[0];
