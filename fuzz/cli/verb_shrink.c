/* shrink: a finding made small. */
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/show.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/progress.h"
#include "fuzz/explore/prove.h"
#include "fuzz/explore/shrink.h"

#include <inttypes.h>

struct shrink_options {
    const char *path;
    uint64_t seed;
    double seconds;
    bool prove;
    bool json;
};

static bool shrink_tick(void *argument, const struct fuzz_statistics *statistics)
{
    fuzz_progress_show(argument, statistics, "shrink");
    return !fuzz_interrupted();
}

/* find executes the input once and makes a finding of it; false (with *status) if there is none. */
static bool find(const struct cli_verb *verb, const struct cli_input *input,
                 struct fuzz_finding *finding, int *status)
{
    struct fuzz_worker_options options = {.strategy = &fuzz_strategy_random};
    struct fuzz_worker *worker = fuzz_worker_create(input->subject, &options);
    struct fuzz_report report;
    enum fuzz_answer answer = FUZZ_ANSWER_BROKEN;
    bool found = false;

    if (worker != NULL) {
        answer = fuzz_worker_replay(worker, input->item, input->count, true, 1, &report);
    }
    if (answer == FUZZ_ANSWER_FINDING) {
        found = fuzz_finding_init(finding, input->subject, worker, &report);
    }
    if (answer == FUZZ_ANSWER_CLEAN) {
        fprintf(stderr, "%s: nothing is found under its decisions, expected a finding\n",
                input->path);
        *status = CLI_USAGE;
    } else if (!found) {
        *status = cli_complain(verb, "the host refuses memory or processes");
    }
    fuzz_worker_destroy(worker);
    return found;
}

/* print_proof says what is known of cheaper schedules. */
static void print_proof(const struct fuzz_proof *proof)
{
    if (proof->improved > 0) {
        fprintf(stderr, "a cheaper schedule was found, %" PRIu32 " time%s\n", proof->improved,
                proof->improved == 1 ? "" : "s");
    }
    fprintf(stderr, "%s; %" PRIu64 " executions, %.2f s\n",
            proof->proved ? "no cheaper schedule exists" : "not proved: out of time",
            proof->executions, (double)proof->elapsed_ns / 1e9);
}

/* write_result writes the finding; `proof` is NULL when none was asked for. */
static int write_result(const struct fuzz_finding *finding,
                        const struct fuzz_shrink_statistics *statistics,
                        const struct fuzz_proof *proof, const struct shrink_options *options)
{
    struct cli_output output;
    struct fuzz_json json;

    if (!options->json || options->path != NULL) {
        if (!cli_output_open(&output, options->path)) {
            return CLI_USAGE;
        }
        fuzz_finding_print(finding, output.file);
        if (!cli_output_commit(&output)) {
            return CLI_USAGE;
        }
    }
    if (options->json) {
        fuzz_json_begin(&json, stdout);
        if (proof == NULL) {
            cli_json_finding(&json, finding, options->path, NULL);
        } else {
            fuzz_json_open(&json, NULL, '{');
            fuzz_json_bool(&json, "proved", proof->proved);
            fuzz_json_count(&json, "executions", proof->executions);
            fuzz_json_open(&json, "findings", '[');
            cli_json_finding(&json, finding, options->path, NULL);
            fuzz_json_close(&json);
            fuzz_json_close(&json);
        }
        fuzz_json_end(&json);
    } else {
        fprintf(stderr, "%s: %u decisions, were %u; %s; %" PRIu64 " candidates, %.2f s\n",
                finding->key, finding->count, finding->count_found,
                !finding->stable   ? "does not replay"
                : finding->minimal ? "1-minimal"
                                   : "out of time",
                statistics->candidates, (double)statistics->elapsed_ns / 1e9);
        if (proof != NULL) {
            print_proof(proof);
        }
    }
    return CLI_CLEAN;
}

static int shrink(const struct cli_verb *verb, const struct cli_input *input,
                  const struct shrink_options *options)
{
    struct fuzz_progress progress;
    struct fuzz_shrink_options shrink_options = {.seed = options->seed,
                                                 .limit_ms = (uint64_t)(options->seconds * 1000),
                                                 .tick = shrink_tick,
                                                 .tick_argument = &progress};
    struct fuzz_shrink_statistics statistics;
    struct fuzz_proof proof;
    struct fuzz_finding finding;
    int status = CLI_CLEAN;

    if (!cli_output_check(options->path)) {
        return CLI_USAGE;
    }
    if (!find(verb, input, &finding, &status)) {
        return status;
    }
    fuzz_progress_init(&progress, stderr, !options->json);
    fuzz_progress_begin(&progress, input->path);
    if (!fuzz_shrink(&finding, &shrink_options, &statistics) ||
        (options->prove && !fuzz_prove(&finding, &shrink_options, &proof))) {
        status = cli_complain(verb, "the host refuses memory or processes");
    }
    fuzz_progress_clear(&progress);
    if (status == CLI_CLEAN) {
        status = write_result(&finding, &statistics, options->prove ? &proof : NULL, options);
    }
    fuzz_finding_deinit(&finding);
    return status;
}

int cli_shrink(const struct cli_verb *verb, int argc, char **argv)
{
    const char *library = NULL;
    struct shrink_options options = {.seed = 1};
    const struct cli_option option[] = {
        CLI_OPTION_PORT(library),
        CLI_OPTION_JSON(options.json),
        {.name = "output",
         .letter = 'o',
         .kind = CLI_TEXT,
         .value = "OUT",
         .target = &options.path,
         .help = "write there instead of to standard output"},
        {.name = "seed",
         .kind = CLI_COUNT,
         .value = "N",
         .target = &options.seed,
         .help = "of the short searches (1)"},
        {.name = "seconds",
         .kind = CLI_SECONDS,
         .value = "S",
         .target = &options.seconds,
         .help = "stop after this time and keep the best (20); a proof (60)"},
        {.name = "prove",
         .kind = CLI_FLAG,
         .target = &options.prove,
         .help = "show that no cheaper schedule has the finding"},
    };
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, 6, 1, 1, &operand, &count);
    const struct conf_port *port;
    struct cli_input input;

    if (status != -1) {
        return status;
    }
    port = cli_port_load(verb, library);
    if (port == NULL || !cli_input_load(&input, operand[0], port)) {
        return CLI_USAGE;
    }
    fuzz_interrupt_catch();
    status = shrink(verb, &input, &options);
    cli_input_unload(&input);
    return status;
}
