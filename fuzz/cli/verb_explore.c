/* explore: searches files, and scenarios of its own making, each for its share of the time. */
#include "fuzz/cli/explore.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/explore/playback.h"
#include "fuzz/explore/prefix_subject.h"
#include "fuzz/explore/recheck.h"
#include "fuzz/generate.h"
#include "fuzz/scenario_subject.h"

#include <stdlib.h>
#include <string.h>

#define SECONDS_DEFAULT      10.0
#define GENERATED_EXECUTIONS 2000u /* of each generated scenario */
#define GENERATED_SHARE      0.5   /* of the time, when there are files too */

static bool is_over(const struct cli_explore *explore)
{
    return fuzz_interrupted() || explore->broken || explore->misfit ||
           (explore->new_findings > 0 && !explore->keep_going) ||
           (explore->deadline_ns != 0 && fuzz_now_ns() >= explore->deadline_ns);
}

/* note_progress adds what the strategy says of one subject: all of them must be complete. */
static void note_progress(struct cli_explore *explore, const struct fuzz_search_result *result)
{
    const struct fuzz_strategy_progress *progress = &result->progress;
    bool whole = explore->config.shards <= 1;

    explore->complete =
        explore->complete && whole && result->exhausted && progress->complete && !progress->bounded;
    explore->has_cost = explore->has_cost && whole && progress->has_cost;
    if (progress->has_cost && progress->cost < explore->cost) {
        explore->cost = progress->cost; /* rounds rise in every component at once */
    }
    explore->nondeterministic = explore->nondeterministic || progress->nondeterministic;
    for (uint32_t i = 0; i < result->finding_count; i++) {
        if (strcmp(result->finding[i].report.oracle, FUZZ_ORACLE_NONDETERMINISM) == 0) {
            explore->nondeterministic = true;
        }
    }
    explore->complete = explore->complete && !explore->nondeterministic;
    explore->has_cost = explore->has_cost && !explore->nondeterministic;
    explore->blocked += progress->blocked;
}

static void note_coverage(struct cli_explore *explore, const struct fuzz_coverage *coverage)
{
    explore->total_histories += fuzz_novelty_distinct(&coverage->histories);
    explore->total_classes += fuzz_novelty_distinct(&coverage->classes);
    explore->total_once += fuzz_novelty_once(&coverage->classes);
    explore->total_classed += coverage->classed;
    fuzz_transitions_add(&explore->transitions, &coverage->transitions);
}

/* name_whole makes findings of a prefix subject findings of the whole, and sees whether they replay
 * there. */
static void name_whole(struct fuzz_search_result *result, struct fuzz_subject *whole)
{
    for (uint32_t i = 0; i < result->finding_count; i++) {
        struct fuzz_finding *finding = &result->finding[i];
        struct fuzz_report report;
        finding->subject = whole;
        finding->stable =
            fuzz_play(whole, finding->item, finding->count, false, NULL, NULL, &report) &&
            report.diverged == 0 && strcmp(report.oracle, finding->report.oracle) == 0;
    }
}

/* explore_subject searches one subject until `deadline_ns` or for `executions`. `whole` is what it
 * is a prefix subject of, else NULL: what is found is not shrunk then, as that would undo the
 * prefix. `path` is where it comes from, NULL for a scenario made here. */
static void explore_subject(struct cli_explore *explore, struct fuzz_subject *subject,
                            struct fuzz_subject *whole, const char *path, uint64_t deadline_ns,
                            uint64_t executions)
{
    struct fuzz_search_result *result = explore->result;
    struct fuzz_search_options options = {.strategy = fuzz_strategy_find(explore->strategy),
                                          .config = explore->config,
                                          .executions_max = executions,
                                          .deadline_ns = deadline_ns,
                                          .no_recheck = explore->no_recheck,
                                          .keep_going = explore->keep_going,
                                          .raw = whole != NULL,
                                          .oracles = explore->oracles,
                                          .progress = fuzz_progress_show,
                                          .progress_argument = &explore->progress};

    options.config.seed = fuzz_seed_mix(explore->seed, explore->subjects);
    fuzz_search(subject, &options, result);
    if (whole != NULL) {
        name_whole(result, whole);
    }
    explore->subjects++;
    explore->total_executions += result->statistics.executions;
    explore->total_steps += result->statistics.steps;
    note_coverage(explore, &result->statistics.coverage);
    explore->search_ns += result->elapsed_ns;
    note_progress(explore, result);
    explore->broken = explore->broken || result->broken;
    if (explore->save != NULL && whole == NULL && !explore->broken) {
        explore->broken =
            !cli_ledger_note(&explore->ledger, path == NULL ? 0 : subject->ops->key(subject),
                             path == NULL ? CLI_LEDGER_GENERATED : path, result);
    }
    for (uint32_t i = 0; i < result->finding_count; i++) {
        cli_explore_finding(explore, i);
    }
    fuzz_search_result_deinit(result);
}

/* share_end divides what is left of the time until `end_ns` among `parts`. */
static uint64_t share_end(uint64_t end_ns, uint64_t parts)
{
    uint64_t now_ns = fuzz_now_ns();

    if (end_ns == 0) {
        return 0;
    }
    return end_ns <= now_ns ? now_ns : now_ns + (end_ns - now_ns) / parts;
}

/* explore_from searches what else can happen from a step of the input's execution. */
static void explore_from(struct cli_explore *explore, struct cli_input *input, uint64_t deadline_ns)
{
    struct sim_names names = input->subject->ops->names(input->subject);
    struct fuzz_subject *prefix = NULL;
    struct fuzz_step_name step;
    bool refused = false;

    if (fuzz_step_name_parse(explore->from, &names, &step)) {
        prefix =
            fuzz_prefix_subject_create(input->subject, input->item, input->count, &step, &refused);
    }
    if (prefix == NULL && !refused) {
        fprintf(stderr, "%s: no step %s under its decisions, expected " FUZZ_STEP_EXPECTED "\n",
                input->path, explore->from);
    }
    if (prefix == NULL) {
        explore->broken = refused;
        explore->misfit = !refused;
        return;
    }
    explore_subject(explore, prefix, input->subject, input->path, deadline_ns, explore->executions);
    prefix->ops->destroy(prefix);
}

static void explore_files(struct cli_explore *explore, struct cli_input *input, int count)
{
    uint64_t end_ns = explore->deadline_ns;

    if (explore->generate && end_ns != 0) {
        end_ns -= (uint64_t)((double)(end_ns - explore->begin_ns) * GENERATED_SHARE);
    }
    int i = 0;
    for (; i < count && !is_over(explore); i++) {
        fuzz_progress_begin(&explore->progress, input[i].path);
        uint64_t share_ns = share_end(end_ns, (uint64_t)(count - i));
        if (explore->from != NULL) {
            explore_from(explore, &input[i], share_ns);
        } else {
            explore_subject(explore, input[i].subject, NULL, input[i].path, share_ns,
                            explore->executions);
        }
    }
    if (i < count) { /* the rest was not looked at */
        explore->complete = false;
        explore->has_cost = false;
    }
}

/* explore_generated searches scenarios of its own making until the time is up, or as many as make
 * up the executions. */
static void explore_generated(struct cli_explore *explore)
{
    struct conf_scenario *scenario = calloc(1, sizeof *scenario);
    uint64_t end =
        explore->executions == 0 ? UINT64_MAX : explore->total_executions + explore->executions;

    uint32_t shards = explore->config.shards;
    uint32_t shard = explore->config.shard;

    explore->broken = explore->broken || scenario == NULL;
    explore->config.shards = 0;
    explore->complete = false; /* there is always one more */
    explore->has_cost = false;
    for (uint64_t i = 0; !is_over(explore) && explore->total_executions < end; i++) {
        struct fuzz_subject *subject;
        uint64_t left = end - explore->total_executions;

        if (shards > 1 && i % shards != shard) {
            continue; /* another shard's, which searches it whole */
        }
        fuzz_generate((enum conf_bytes_profile)(i % CONF_BYTES_PROFILE_COUNT),
                      fuzz_seed_mix(explore->seed, i), scenario);
        subject = fuzz_scenario_subject_create(scenario, explore->port);
        if (subject == NULL) {
            explore->broken = true;
            break;
        }
        fuzz_progress_begin(&explore->progress, scenario->name);
        explore_subject(explore, subject, NULL, NULL, explore->deadline_ns,
                        left < GENERATED_EXECUTIONS ? left : GENERATED_EXECUTIONS);
        subject->ops->destroy(subject);
    }
    explore->config.shards = shards;
    free(scenario);
}

/* explore_all searches everything and prints the result. */
static int explore_all(struct cli_explore *explore, struct cli_input *input, int count)
{
    explore->result = calloc(1, sizeof *explore->result);
    explore->begin_ns = fuzz_now_ns();
    explore->complete = true;
    explore->has_cost = true;
    explore->cost = UINT32_MAX;
    explore->broken = explore->result == NULL;
    if (explore->seconds == 0 && explore->executions == 0) {
        explore->seconds = SECONDS_DEFAULT;
    }
    if (explore->seconds > 0) {
        explore->deadline_ns = explore->begin_ns + (uint64_t)(explore->seconds * 1e9);
    }
    cli_ledger_init(&explore->ledger, explore->strategy, &explore->config, explore->seed);
    fuzz_progress_init(&explore->progress, stderr, !explore->quiet);
    cli_explore_begin(explore);
    explore_files(explore, input, count);
    if (explore->generate) {
        explore_generated(explore);
    }
    if (explore->save != NULL && explore->from == NULL && !explore->broken) {
        explore->broken = !cli_ledger_write(&explore->ledger, explore->save);
    }
    cli_explore_end(explore);
    cli_ledger_deinit(&explore->ledger);
    free(explore->result);
    if (explore->misfit) {
        return CLI_USAGE;
    }
    if (explore->broken) {
        return cli_complain(explore->verb, "the search did not come to its end: the host refused "
                                           "memory, processes or a file");
    }
    return explore->new_findings > 0 ? CLI_FINDING : CLI_CLEAN;
}

/* load_all loads the operands; it returns how many, less than `count` after a message. */
static int load_all(struct cli_explore *explore, struct cli_input *input, char **operand, int count)
{
    int loaded = 0;

    while (loaded < count && cli_input_load(&input[loaded], operand[loaded], explore->port)) {
        loaded++;
    }
    return loaded;
}

int cli_explore(const struct cli_verb *verb, int argc, char **argv)
{
    struct cli_explore explore = {.verb = verb, .strategy = "portfolio", .seed = 1};
    char **operand;
    int count;
    int loaded = 0;
    struct cli_input *input;
    int status = cli_explore_parse(&explore, argc, argv, &operand, &count);

    if (status != -1) {
        return status;
    }
    explore.port = cli_port_load(verb, explore.library);
    if (explore.port == NULL || !cli_known_load(&explore.known, explore.known_path)) {
        return CLI_USAGE;
    }
    input = calloc((size_t)count + 1, sizeof *input);
    if (input != NULL) {
        loaded = load_all(&explore, input, operand, count);
    }
    status = CLI_USAGE;
    if (loaded == count && (explore.save == NULL || cli_directory_make(explore.save))) {
        fuzz_interrupt_catch();
        status = explore_all(&explore, input, count);
    }
    for (int i = 0; i < loaded; i++) {
        cli_input_unload(&input[i]);
    }
    free(input);
    cli_known_unload(&explore.known);
    return status;
}
