/* fidelity: is what a real world does among what the simulator allows? */
#include "fuzz/cli/input.h"
#include "fuzz/cli/verbs.h"

#include "conformance/ports/port_core.h"
#include "conformance/scenario_print.h"
#include "conformance/scenario_words.h"
#include "fuzz/explore/host.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/strategy.h"
#include "fuzz/fidelity/fidelity.h"
#include "fuzz/fidelity/litmus_generate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BATCH          100u
#define SHRINK_SECONDS 60u
#define NS_PER_SECOND  UINT64_C(1000000000)

struct arguments {
    const char *observer, *scratch;
    const char *without; /* a setting; NULL: none */
    double seconds;
    double settle;
    uint64_t scenarios, seed, runs, executions;
    bool json, keep_going;
};

static void print_counterexample(const struct fidelity_counterexample *found, FILE *out)
{
    conf_scenario_write(&found->scenario, NULL, out);
    if (found->died) {
        fprintf(out, "\nthe program of the real world dies in it. %s\n", found->outcome);
        return;
    }
    fprintf(out,
            "\nseen %" PRIu32 " times in %" PRIu32 " runs, and the simulator does not allow it%s:\n"
            "  %s\n",
            found->seen, found->runs,
            found->excluded ? " (every schedule with two preemptions was tried)" : "",
            found->outcome);
}

static void print_result(const struct fidelity_statistics *statistics,
                         const struct fidelity_counterexample *found, bool json)
{
    struct fuzz_json out;

    if (!json) {
        printf("%" PRIu64 " scenarios, %" PRIu64 " runs, %" PRIu64 " outcomes, %" PRIu64
               " simulated executions, %" PRIu64 " suspicions dispelled, %" PRIu64
               " outcomes not modelled: %s\n",
               statistics->scenarios, statistics->runs, statistics->outcomes,
               statistics->executions, statistics->unconfirmed, statistics->unmodelled,
               found == NULL ? "no counterexample" : "a counterexample");
        return;
    }
    fuzz_json_begin(&out, stdout);
    fuzz_json_open(&out, NULL, '{');
    fuzz_json_count(&out, "scenarios", statistics->scenarios);
    fuzz_json_count(&out, "runs", statistics->runs);
    fuzz_json_count(&out, "outcomes", statistics->outcomes);
    fuzz_json_count(&out, "executions", statistics->executions);
    fuzz_json_count(&out, "unconfirmed", statistics->unconfirmed);
    fuzz_json_count(&out, "unmodelled", statistics->unmodelled);
    if (found == NULL) {
        fuzz_json_null(&out, "counterexample");
    } else {
        fuzz_json_text(&out, "counterexample", found->outcome);
    }
    fuzz_json_close(&out);
    fuzz_json_end(&out);
}

/* conclude prints what was found, smaller unless counterexamples are to be left as they are. */
static int conclude(struct fidelity *fidelity, enum fidelity_verdict verdict,
                    struct fidelity_counterexample *found, const struct arguments *arguments)
{
    bool json = arguments->json;

    if (verdict == FIDELITY_BROKEN) {
        return CLI_USAGE;
    }
    if (verdict == FIDELITY_COUNTEREXAMPLE && arguments->keep_going) {
        print_counterexample(found, json ? stderr : stdout);
    } else if (verdict == FIDELITY_COUNTEREXAMPLE) {
        print_counterexample(found, stderr);
        fprintf(stderr, "\nshrinking it for at most %u s\n\n", SHRINK_SECONDS);
        fidelity_shrink(fidelity, found, fuzz_now_ns() + SHRINK_SECONDS * NS_PER_SECOND);
        print_counterexample(found, json ? stderr : stdout);
    }
    print_result(fidelity_statistics(fidelity), verdict == FIDELITY_COUNTEREXAMPLE ? found : NULL,
                 json);
    return verdict == FIDELITY_COUNTEREXAMPLE ? CLI_FINDING : CLI_CLEAN;
}

static const struct conf_setting *find_setting(const char *name)
{
    for (unsigned i = 0; i < CONF_SETTING_COUNT; i++) {
        if (strcmp(conf_setting_table[i].name, name) == 0) {
            return &conf_setting_table[i];
        }
    }
    return NULL;
}

/* prepare gives a scenario its settings, but the one to be left out. */
static void prepare(const struct arguments *arguments, struct conf_scenario *scenario)
{
    fidelity_prepare(scenario);
    if (arguments->without != NULL) {
        *((uint8_t *)&scenario->settings + find_setting(arguments->without)->offset) = 0;
    }
}

static int check_generated(struct fidelity *fidelity, const struct arguments *arguments)
{
    uint64_t deadline_ns = fuzz_now_ns() + (uint64_t)(arguments->seconds * 1e9);
    struct conf_scenario *batch = calloc(BATCH, sizeof *batch);
    enum fidelity_verdict verdict = FIDELITY_FAITHFUL;
    struct fidelity_counterexample found;
    uint64_t number = 0, counterexamples = 0;

    while (batch != NULL && verdict == FIDELITY_FAITHFUL && number < arguments->scenarios &&
           (arguments->seconds == 0 || fuzz_now_ns() < deadline_ns)) {
        uint64_t left = arguments->scenarios - number;
        uint32_t count = left < BATCH ? (uint32_t)left : BATCH;
        for (uint32_t i = 0; i < count; i++) {
            litmus_generate(fuzz_seed_mix(arguments->seed, number + i), &batch[i]);
            prepare(arguments, &batch[i]);
        }
        verdict = fidelity_check(fidelity, batch, count, &found);
        number += count;
        if (verdict == FIDELITY_COUNTEREXAMPLE && arguments->keep_going) {
            print_counterexample(&found, stderr);
            fprintf(stderr, "\n");
            counterexamples++;
            verdict = FIDELITY_FAITHFUL;
        }
    }
    free(batch);
    if (counterexamples > 0 && verdict == FIDELITY_FAITHFUL) {
        print_result(fidelity_statistics(fidelity), &found, arguments->json);
        return CLI_FINDING;
    }
    return conclude(fidelity, verdict, &found, arguments);
}

static int check_files(struct fidelity *fidelity, const struct arguments *arguments, char **path,
                       int count)
{
    enum fidelity_verdict verdict = FIDELITY_FAITHFUL;
    struct fidelity_counterexample found;

    for (int i = 0; i < count && verdict == FIDELITY_FAITHFUL; i++) {
        struct cli_input input;
        struct conf_scenario scenario;
        if (!cli_input_load(&input, path[i], &conf_port_core)) {
            return CLI_USAGE;
        }
        if (input.scenario != NULL) {
            scenario = *input.scenario;
            prepare(arguments, &scenario);
            verdict = fidelity_check(fidelity, &scenario, 1, &found);
        }
        cli_input_unload(&input);
    }
    return conclude(fidelity, verdict, &found, arguments);
}

int cli_fidelity(const struct cli_verb *verb, int argc, char **argv)
{
    struct arguments arguments = {.runs = 4, .settle = 0.001, .seed = 1, .scenarios = UINT64_MAX};
    const struct cli_option option[] = {
        {"observer", 0, CLI_TEXT, "COMMAND", "the iocplab of a real world, as the shell starts it",
         &arguments.observer, NULL},
        {"scratch", 0, CLI_TEXT, "FILE", "where scenarios for it may be written",
         &arguments.scratch, NULL},
        {"seconds", 0, CLI_SECONDS, "S", "how long to look (60)", &arguments.seconds, NULL},
        {"scenarios", 0, CLI_COUNT, "N", "at most so many", &arguments.scenarios, NULL},
        {"seed", 0, CLI_COUNT, "N", "of the scenarios and the pauses in them (1)", &arguments.seed,
         NULL},
        {"runs", 0, CLI_COUNT, "N", "real executions of each scenario (4)", &arguments.runs, NULL},
        {"keep-going", 0, CLI_FLAG, NULL,
         "print counterexamples as they are; generated ones, go on", &arguments.keep_going, NULL},
        {"settle", 0, CLI_SECONDS, "S", "what is silent for so long is at rest (0.001)",
         &arguments.settle, NULL},
        {"without", 0, CLI_TEXT, "SETTING",
         "a simulator that does not have it: what it lacks shows", &arguments.without, NULL},
        {"executions", 0, CLI_COUNT, "N", "simulated ones for each outcome (30k)",
         &arguments.executions, NULL},
        CLI_OPTION_JSON(arguments.json),
    };
    struct fidelity_options options;
    struct fidelity *fidelity;
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, sizeof option / sizeof option[0], 0, INT32_MAX,
                           &operand, &count);

    if (status != -1) {
        return status;
    }
    if (arguments.observer == NULL || arguments.scratch == NULL) {
        return cli_complain(verb, "expected --observer and --scratch");
    }
    if (arguments.without != NULL && find_setting(arguments.without) == NULL) {
        return cli_complain(verb, "--without: '%s' is no setting, expected one of SCENARIO.md",
                            arguments.without);
    }
    if (arguments.seconds == 0 && arguments.scenarios == UINT64_MAX) {
        arguments.seconds = 60;
    }
    options = (struct fidelity_options){
        .observer = {.command = arguments.observer,
                     .path = arguments.scratch,
                     .settle_seconds = arguments.settle,
                     .runs = (uint32_t)arguments.runs,
                     .seed = arguments.seed},
        .executions = arguments.executions,
    };
    fidelity = fidelity_create(&options, &conf_port_core);
    if (fidelity == NULL) {
        return cli_complain(verb, "there is no memory");
    }
    status = count > 0 ? check_files(fidelity, &arguments, operand, count)
                       : check_generated(fidelity, &arguments);
    fidelity_destroy(fidelity);
    return status;
}
