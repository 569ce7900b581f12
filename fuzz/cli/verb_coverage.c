/* coverage: what of core the corpus reaches: lines, branches, states and transitions.
 *
 * The scenarios run in this process, not in a worker, whose counters would die with it: an
 * execution that crashes ends the command. */
#include "fuzz/cli/input.h"
#include "fuzz/cli/line_coverage.h"
#include "fuzz/cli/verbs.h"

#include "core/observe.h"
#include "fuzz/explore/coverage.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/strategy.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXECUTIONS_DEFAULT 300u

_Static_assert(RDY_MACHINE_COUNT <= FUZZ_MACHINES_MAX, "every machine is counted");

struct reach {
    uint64_t scenarios, executions; /* so far */
    struct fuzz_transitions transitions;
};

/* run_scenario executes a scenario under schedules drawn at random, the dull one first; false after
 * a message when the host refuses memory or something is found. */
static bool run_scenario(const struct cli_verb *verb, const struct cli_input *input,
                         struct sim_world *world, uint64_t executions, struct reach *reach)
{
    const struct fuzz_strategy *strategy = &fuzz_strategy_random;
    struct fuzz_strategy_config config = {.seed = fuzz_seed_mix(1, reach->scenarios)};
    struct fuzz_subject *subject = input->subject;
    struct sim_outcome outcome = {.oracle = NULL};
    void *memory = calloc(1, strategy->memory_size);

    if (memory == NULL) {
        cli_complain(verb, "there is no memory");
        return false;
    }
    strategy->init(memory, &config);
    for (uint64_t i = 0; i < executions && outcome.oracle == NULL; i++) {
        subject->ops->run(subject, world, strategy->begin(memory, i), &outcome);
        subject->ops->transitions(subject, world, &reach->transitions);
        reach->executions++;
    }
    reach->scenarios++;
    free(memory);
    if (outcome.oracle != NULL) {
        fprintf(stderr, "%s: %s, expected a corpus without findings\n", input->path,
                outcome.oracle);
    }
    return outcome.oracle == NULL;
}

/* run_corpus returns -1, or the exit status after a message. */
static int run_corpus(const struct cli_verb *verb, uint64_t executions, struct reach *reach)
{
    const struct conf_port *port = cli_port_load(verb, NULL);
    struct sim_world *world = sim_world_create();
    int status = -1;
    glob_t found;

    if (world == NULL) {
        return cli_complain(verb, "there is no memory");
    }
    if (glob(IOCPLAB_ROOT "/corpus/scenarios/*.scn", 0, NULL, &found) != 0) {
        sim_world_destroy(world);
        return cli_complain(verb, "expected scenarios in %s/corpus", IOCPLAB_ROOT);
    }
    for (size_t i = 0; status == -1 && i < found.gl_pathc; i++) {
        struct cli_input input;
        if (!cli_input_load(&input, found.gl_pathv[i], port)) {
            status = CLI_USAGE;
            continue;
        }
        if (!run_scenario(verb, &input, world, executions, reach)) {
            status = CLI_FINDING;
        }
        cli_input_unload(&input);
    }
    globfree(&found);
    sim_world_destroy(world);
    return status;
}

static bool is_reached(const struct fuzz_transitions *reached, uint32_t machine, int from, int to)
{
    return (reached->to[machine][from] >> to & 1) != 0;
}

struct machine_count {
    uint32_t states, states_reached, transitions, transitions_reached;
};

static struct machine_count count_machine(const struct fuzz_transitions *reached, uint32_t machine)
{
    struct machine_count count = {0};

    for (int state = 0; state < (int)FUZZ_STATES_MAX; state++) {
        bool exists = strcmp(rdy_state_name((enum rdy_machine)machine, state), "?") != 0;
        bool seen = state == 0; /* objects begin in it */
        for (int other = 0; other < (int)FUZZ_STATES_MAX; other++) {
            bool legal = rdy_transition_is_legal((enum rdy_machine)machine, state, other) != 0;
            bool taken = is_reached(reached, machine, state, other);
            count.transitions += legal;
            count.transitions_reached += legal && taken;
            seen = seen || taken || is_reached(reached, machine, other, state);
        }
        count.states += exists;
        count.states_reached += exists && seen;
    }
    return count;
}

static void print_unreached(const struct fuzz_transitions *reached, uint32_t machine)
{
    enum rdy_machine id = (enum rdy_machine)machine;

    for (int from = 0; from < (int)FUZZ_STATES_MAX; from++) {
        for (int to = 0; to < (int)FUZZ_STATES_MAX; to++) {
            if (rdy_transition_is_legal(id, from, to) && !is_reached(reached, machine, from, to)) {
                printf("    not reached: %s -> %s\n", rdy_state_name(id, from),
                       rdy_state_name(id, to));
            }
        }
    }
}

static void print_machines(const struct reach *reach)
{
    struct machine_count sum = {0};

    printf("%" PRIu64 " scenarios, %" PRIu64 " executions\n\n%-20s %12s %12s\n", reach->scenarios,
           reach->executions, "machine", "states", "transitions");
    for (uint32_t m = 0; m < RDY_MACHINE_COUNT; m++) {
        struct machine_count count = count_machine(&reach->transitions, m);
        printf("%-20s %6" PRIu32 " of %2" PRIu32 " %6" PRIu32 " of %2" PRIu32 "\n",
               rdy_machine_name((enum rdy_machine)m), count.states_reached, count.states,
               count.transitions_reached, count.transitions);
        print_unreached(&reach->transitions, m);
        sum.states += count.states;
        sum.states_reached += count.states_reached;
        sum.transitions += count.transitions;
        sum.transitions_reached += count.transitions_reached;
    }
    printf("%-20s %6" PRIu32 " of %2" PRIu32 " %6" PRIu32 " of %2" PRIu32 "\n\n", "all",
           sum.states_reached, sum.states, sum.transitions_reached, sum.transitions);
}

static void json_machine(struct fuzz_json *json, const struct fuzz_transitions *reached,
                         uint32_t machine)
{
    struct machine_count count = count_machine(reached, machine);
    enum rdy_machine id = (enum rdy_machine)machine;

    fuzz_json_open(json, NULL, '{');
    fuzz_json_text(json, "machine", rdy_machine_name(id));
    fuzz_json_count(json, "states", count.states);
    fuzz_json_count(json, "states_reached", count.states_reached);
    fuzz_json_count(json, "transitions", count.transitions);
    fuzz_json_count(json, "transitions_reached", count.transitions_reached);
    fuzz_json_open(json, "not_reached", '[');
    for (int from = 0; from < (int)FUZZ_STATES_MAX; from++) {
        for (int to = 0; to < (int)FUZZ_STATES_MAX; to++) {
            if (rdy_transition_is_legal(id, from, to) && !is_reached(reached, machine, from, to)) {
                fuzz_json_open(json, NULL, '{');
                fuzz_json_text(json, "from", rdy_state_name(id, from));
                fuzz_json_text(json, "to", rdy_state_name(id, to));
                fuzz_json_close(json);
            }
        }
    }
    fuzz_json_close(json);
    fuzz_json_close(json);
}

static void json_machines(const struct reach *reach)
{
    struct fuzz_json json;

    fuzz_json_begin(&json, stdout);
    fuzz_json_open(&json, NULL, '{');
    fuzz_json_count(&json, "scenarios", reach->scenarios);
    fuzz_json_count(&json, "executions", reach->executions);
    fuzz_json_open(&json, "machines", '[');
    for (uint32_t m = 0; m < RDY_MACHINE_COUNT; m++) {
        json_machine(&json, &reach->transitions, m);
    }
    fuzz_json_close(&json);
    fuzz_json_close(&json);
    fuzz_json_end(&json);
}

/* print_all says what was reached; false after a message. */
static bool print_all(const struct cli_verb *verb, const struct reach *reach, const char *html)
{
    print_machines(reach);
    if (!cli_line_coverage_counted()) {
        printf("lines and branches are counted in a build of preset coverage only\n");
    }
    return cli_line_coverage_report(verb, html);
}

int cli_coverage(const struct cli_verb *verb, int argc, char **argv)
{
    const char *html = NULL;
    bool json = false;
    uint64_t executions = EXECUTIONS_DEFAULT;
    const struct cli_option option[] = {
        {"html", 0, CLI_TEXT, "DIR", "pages of the sources, with counts, in a new directory", &html,
         NULL},
        CLI_OPTION_JSON(json),
        {"executions", 'n', CLI_COUNT, "N", "of each scenario (300)", &executions, NULL},
    };
    struct reach reach = {0};
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, sizeof option / sizeof option[0], 0, 0,
                           &operand, &count);

    if (status != -1) {
        return status;
    }
    if (executions == 0) {
        return cli_complain(verb, "--executions 0, expected at least 1");
    }
    if (html != NULL && json) {
        return cli_complain(verb, "--json has states and transitions, expected no --html");
    }
    if (html != NULL && !cli_line_coverage_counted()) {
        return cli_complain(verb,
                            "--html, expected a build of preset coverage, which counts lines");
    }
    if (html != NULL && rmdir(html) != 0 && errno != ENOENT) {
        return cli_complain(verb, "%s: %s, expected a directory that is new or empty", html,
                            strerror(errno));
    }
    status = run_corpus(verb, executions, &reach);
    if (status != -1) {
        return status;
    }
    if (json) {
        json_machines(&reach);
        return CLI_CLEAN;
    }
    return print_all(verb, &reach, html) ? CLI_CLEAN : CLI_USAGE;
}
