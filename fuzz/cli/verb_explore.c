/* explore: searches files, and scenarios of its own making, each for its share of the time. */
#include "fuzz/cli/input.h"
#include "fuzz/cli/known.h"
#include "fuzz/cli/show.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/bound.h"
#include "fuzz/explore/playback.h"
#include "fuzz/explore/prefix_subject.h"
#include "fuzz/explore/progress.h"
#include "fuzz/explore/search.h"
#include "fuzz/generate.h"
#include "fuzz/scenario_subject.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS_DEFAULT      10.0
#define GENERATED_EXECUTIONS 2000u /* of each generated scenario */
#define GENERATED_SHARE      0.5   /* of the time, when there are files too */
#define PATH_SIZE            4096

struct explore {
    const struct cli_verb *verb;
    /* options */
    const char *strategy;
    const char *save;
    const char *known_path;
    const char *library;
    const char *oracles;
    uint64_t executions;
    double seconds;
    uint64_t seed;
    const char *bound;
    const char *shard;
    const char *from;
    struct fuzz_strategy_config config;
    bool keep_going;
    bool generate;
    bool quiet;
    bool json;
    /* state */
    const struct conf_port *port;
    struct cli_known known;
    struct fuzz_progress progress;
    struct fuzz_json out;
    struct fuzz_search_result *result; /* of the subject at hand */
    uint64_t begin_ns;
    uint64_t deadline_ns; /* 0: none */
    bool complete;        /* all schedules of all subjects */
    bool has_cost;        /* ... all that cost at most `cost` */
    bool nondeterministic;
    uint32_t cost;
    uint64_t blocked; /* executions given up as redundant */
    bool broken;
    bool misfit; /* a file has no step as --from says */
    /* sums over subjects */
    uint64_t subjects;
    uint64_t total_executions;
    uint64_t total_steps;
    uint64_t total_distinct;
    uint64_t total_once;
    uint64_t search_ns;
    uint32_t new_findings;
    uint32_t known_findings;
};

static bool is_over(const struct explore *explore)
{
    return fuzz_interrupted() || explore->broken || explore->misfit ||
           (explore->new_findings > 0 && !explore->keep_going) ||
           (explore->deadline_ns != 0 && fuzz_now_ns() >= explore->deadline_ns);
}

/* report_finding shows, saves and counts one finding. */
static void report_finding(struct explore *explore, uint32_t index)
{
    const struct fuzz_finding *finding = &explore->result->finding[index];
    const char *reason = cli_known_find(&explore->known, finding->key);
    char path[PATH_SIZE];
    bool saved = false;

    fuzz_progress_clear(&explore->progress);
    if (reason != NULL) {
        explore->known_findings++;
    } else {
        explore->new_findings++;
    }
    if (explore->save != NULL) {
        saved = cli_save_finding(finding, explore->save, path, sizeof path);
        explore->broken = explore->broken || !saved;
    }
    if (explore->json) {
        cli_json_finding(&explore->out, finding, saved ? path : NULL, reason);
    } else if (reason != NULL) {
        printf("known finding %s: %s\n", finding->key, reason);
    } else {
        cli_show_finding(finding, &explore->result->shrink[index], stdout);
        if (saved) {
            printf("saved as %s\n\n", path);
        }
    }
    fflush(stdout);
}

/* note_progress adds what the strategy says of one subject: all of them must be complete. */
static void note_progress(struct explore *explore, const struct fuzz_search_result *result)
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
    explore->blocked += progress->blocked;
}

/* name_whole makes findings of a prefix subject findings of the whole, and sees whether they replay
 * there. */
static void name_whole(struct fuzz_search_result *result, struct fuzz_subject *whole)
{
    for (uint32_t i = 0; i < result->finding_count; i++) {
        struct fuzz_finding *finding = &result->finding[i];
        struct fuzz_report report;
        finding->subject = whole;
        finding->stable = fuzz_play(whole, finding->item, finding->count, false, NULL, NULL,
                                    &report) &&
                          report.diverged == 0 &&
                          strcmp(report.oracle, finding->report.oracle) == 0;
    }
}

/* explore_subject searches one subject until `deadline_ns` or for `executions`. `whole` is what it is
 * a prefix subject of, else NULL: what is found is not shrunk then, as that would undo the prefix. */
static void explore_subject(struct explore *explore, struct fuzz_subject *subject,
                            struct fuzz_subject *whole, uint64_t deadline_ns, uint64_t executions)
{
    struct fuzz_search_result *result = explore->result;
    struct fuzz_search_options options = {.strategy = fuzz_strategy_find(explore->strategy),
                                          .config = explore->config,
                                          .executions_max = executions,
                                          .deadline_ns = deadline_ns,
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
    explore->total_distinct += fuzz_novelty_distinct(&result->statistics.novelty);
    explore->total_once += fuzz_novelty_once(&result->statistics.novelty);
    explore->search_ns += result->elapsed_ns;
    note_progress(explore, result);
    explore->broken = explore->broken || result->broken;
    for (uint32_t i = 0; i < result->finding_count; i++) {
        report_finding(explore, i);
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
static void explore_from(struct explore *explore, struct cli_input *input, uint64_t deadline_ns)
{
    struct sim_names names = input->subject->ops->names(input->subject);
    struct fuzz_subject *prefix = NULL;
    struct fuzz_step_name step;
    bool refused = false;

    if (fuzz_step_name_parse(explore->from, &names, &step)) {
        prefix = fuzz_prefix_subject_create(input->subject, input->item, input->count, &step,
                                            &refused);
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
    explore_subject(explore, prefix, input->subject, deadline_ns, explore->executions);
    prefix->ops->destroy(prefix);
}

static void explore_files(struct explore *explore, struct cli_input *input, int count)
{
    uint64_t end_ns = explore->deadline_ns;

    if (explore->generate && end_ns != 0) {
        end_ns -= (uint64_t)((double)(end_ns - explore->begin_ns) * GENERATED_SHARE);
    }
    for (int i = 0; i < count && !is_over(explore); i++) {
        fuzz_progress_begin(&explore->progress, input[i].path);
        uint64_t share_ns = share_end(end_ns, (uint64_t)(count - i));
        if (explore->from != NULL) {
            explore_from(explore, &input[i], share_ns);
        } else {
            explore_subject(explore, input[i].subject, NULL, share_ns, explore->executions);
        }
    }
}

/* explore_generated searches scenarios of its own making until the time is up, or as many as make
 * up the executions. */
static void explore_generated(struct explore *explore)
{
    struct conf_scenario *scenario = calloc(1, sizeof *scenario);
    uint64_t end =
        explore->executions == 0 ? UINT64_MAX : explore->total_executions + explore->executions;

    explore->broken = explore->broken || scenario == NULL;
    for (uint64_t i = 0; !is_over(explore) && explore->total_executions < end; i++) {
        struct fuzz_subject *subject;
        uint64_t left = end - explore->total_executions;

        fuzz_generate(fuzz_seed_mix(explore->seed, i), scenario);
        subject = fuzz_scenario_subject_create(scenario, explore->port);
        if (subject == NULL) {
            explore->broken = true;
            break;
        }
        fuzz_progress_begin(&explore->progress, scenario->name);
        explore_subject(explore, subject, NULL, explore->deadline_ns,
                        left < GENERATED_EXECUTIONS ? left : GENERATED_EXECUTIONS);
        subject->ops->destroy(subject);
    }
    free(scenario);
}

static void print_gone(const struct explore *explore)
{
    for (uint32_t i = 0; i < explore->known.count; i++) {
        if (!explore->known.item[i].seen) {
            printf("known finding %s did not show: %s\n", explore->known.item[i].key,
                   explore->known.item[i].reason);
        }
    }
}

static void print_summary(struct explore *explore)
{
    double seconds = (double)explore->search_ns / 1e9;
    char executions[FUZZ_COUNT_SIZE];
    char rate[FUZZ_COUNT_SIZE];
    char steps[FUZZ_COUNT_SIZE];
    char histories[FUZZ_COUNT_SIZE];

    fuzz_progress_clear(&explore->progress);
    print_gone(explore);
    if (explore->nondeterministic) {
        printf("a program did something else under the same decisions: nothing is complete\n");
    }
    if (explore->complete && explore->subjects > 0) {
        printf("complete: every schedule%s%s, up to equivalence\n",
               explore->from == NULL ? "" : " from ", explore->from == NULL ? "" : explore->from);
    } else if (explore->has_cost && explore->subjects > 0) {
        char bound[FUZZ_BOUND_TEXT_SIZE];
        printf("complete up to %s%s%s\n", fuzz_bound_format(explore->cost, bound),
               explore->from == NULL ? "" : " from ", explore->from == NULL ? "" : explore->from);
    }
    printf("%" PRIu64 " program%s, %s executions (%s/s), %s steps/s, %s histories, %u new and %u "
           "known findings, %.1f s\n",
           explore->subjects, explore->subjects == 1 ? "" : "s",
           fuzz_count_format((double)explore->total_executions, executions),
           fuzz_count_format((double)explore->total_executions / seconds, rate),
           fuzz_count_format((double)explore->total_steps / seconds, steps),
           fuzz_count_format((double)explore->total_distinct, histories), explore->new_findings,
           explore->known_findings, (double)(fuzz_now_ns() - explore->begin_ns) / 1e9);
}

/* end_json writes what stands behind the findings. */
static void end_json(struct explore *explore)
{
    struct fuzz_json *json = &explore->out;
    double seconds = (double)explore->search_ns / 1e9;

    fuzz_json_close(json);
    fuzz_json_open(json, "known_gone", '[');
    for (uint32_t i = 0; i < explore->known.count; i++) {
        if (!explore->known.item[i].seen) {
            fuzz_json_text(json, NULL, explore->known.item[i].key);
        }
    }
    fuzz_json_close(json);
    fuzz_json_count(json, "programs", explore->subjects);
    fuzz_json_count(json, "executions", explore->total_executions);
    fuzz_json_number(json, "executions_per_second", (double)explore->total_executions / seconds);
    fuzz_json_count(json, "steps", explore->total_steps);
    fuzz_json_number(json, "steps_per_second", (double)explore->total_steps / seconds);
    fuzz_json_count(json, "classes", explore->total_distinct);
    fuzz_json_number(json, "estimated_unseen",
                     explore->total_executions == 0
                         ? 1
                         : (double)explore->total_once / (double)explore->total_executions);
    fuzz_json_bool(json, "complete", explore->complete && explore->subjects > 0);
    fuzz_json_count(json, "redundant", explore->blocked);
    if (explore->has_cost) {
        char bound[FUZZ_BOUND_TEXT_SIZE];
        fuzz_json_text(json, "bound", fuzz_bound_format(explore->cost, bound));
    } else {
        fuzz_json_null(json, "bound");
    }
    fuzz_json_number(json, "seconds", (double)(fuzz_now_ns() - explore->begin_ns) / 1e9);
    fuzz_json_count(json, "seed", explore->seed);
    fuzz_json_text(json, "strategy", explore->strategy);
    fuzz_json_close(json);
    fuzz_json_end(json);
}

/* explore_all searches everything and prints the result. */
static int explore_all(struct explore *explore, struct cli_input *input, int count)
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
    fuzz_progress_init(&explore->progress, stderr, !explore->quiet);
    if (explore->json) {
        fuzz_json_begin(&explore->out, stdout);
        fuzz_json_open(&explore->out, NULL, '{');
        fuzz_json_open(&explore->out, "findings", '[');
    }
    explore_files(explore, input, count);
    if (explore->generate) {
        explore_generated(explore);
    }
    if (explore->json) {
        fuzz_progress_clear(&explore->progress);
        end_json(explore);
    } else {
        print_summary(explore);
    }
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
static int load_all(struct explore *explore, struct cli_input *input, char **operand, int count)
{
    int loaded = 0;

    while (loaded < count && cli_input_load(&input[loaded], operand[loaded], explore->port)) {
        loaded++;
    }
    return loaded;
}

static int parse_explore(struct explore *explore, int argc, char **argv, char ***operand,
                         int *count)
{
    const struct cli_option option[] = {
        CLI_OPTION_PORT(explore->library),
        CLI_OPTION_JSON(explore->json),
        {"strategy", 0, CLI_CHOICE, "NAME", "how to choose schedules (portfolio)",
         &explore->strategy, FUZZ_STRATEGY_NAMES},
        {"executions", 0, CLI_COUNT, "N", "at most N executions of each program",
         &explore->executions, NULL},
        {"seconds", 0, CLI_SECONDS, "S", "at most S seconds in all", &explore->seconds, NULL},
        {"seed", 0, CLI_COUNT, "N", "of all that is random (1)", &explore->seed, NULL},
        {"bound", 0, CLI_TEXT, "COSTS", "dfs: preemptions=2,reorderings=2,faults=1,timeouts=1",
         &explore->bound, NULL},
        {"shard", 0, CLI_TEXT, "I/N", "search part I of N (I from 0)", &explore->shard, NULL},
        {"from", 0, CLI_TEXT, "STEP", "only what can happen from there on: THREAD#N of each FILE",
         &explore->from, NULL},
        {"generate", 0, CLI_FLAG, NULL, "search scenarios made from the seed, too",
         &explore->generate, NULL},
        {"oracle", 0, CLI_TEXT, "ID,...", "look for findings of these oracles only",
         &explore->oracles, NULL},
        {"save", 0, CLI_TEXT, "DIR", "save findings in this directory", &explore->save, NULL},
        {"keep-going", 0, CLI_FLAG, NULL, "go on behind the first finding", &explore->keep_going,
         NULL},
        {"known", 0, CLI_TEXT, "FILE", "findings accepted for now: KEY REASON LINK a line",
         &explore->known_path, NULL},
        {"quiet", 'q', CLI_FLAG, NULL, "no progress line", &explore->quiet, NULL},
    };

    return cli_parse(explore->verb, argc, argv, option, sizeof option / sizeof option[0], 0,
                     INT32_MAX, operand, count);
}

/* read_config understands --bound and --shard; false after a message. */
static bool read_config(struct explore *explore)
{
    struct fuzz_strategy_config *config = &explore->config;
    const char *expected;

    if (explore->bound != NULL) {
        config->bounded = true;
        if (strcmp(explore->strategy, "dfs") != 0) {
            cli_complain(explore->verb, "--bound goes with --strategy dfs");
            return false;
        }
        if (!fuzz_bound_parse(explore->bound, &config->bound, &expected)) {
            cli_complain(explore->verb, "--bound: %s, expected %s", explore->bound, expected);
            return false;
        }
    }
    if (explore->from != NULL && (strcmp(explore->strategy, "dpor") == 0 || explore->generate)) {
        cli_complain(explore->verb, "--from goes with files, and with every strategy but dpor");
        return false;
    }
    if (explore->shard != NULL) {
        char end;
        if (sscanf(explore->shard, "%" SCNu32 "/%" SCNu32 "%c", &config->shard, &config->shards,
                   &end) != 2 ||
            config->shards == 0 || config->shard >= config->shards) {
            cli_complain(explore->verb, "--shard: %s, expected I/N with I from 0 to N - 1",
                         explore->shard);
            return false;
        }
    }
    return true;
}

int cli_explore(const struct cli_verb *verb, int argc, char **argv)
{
    struct explore explore = {.verb = verb, .strategy = "portfolio", .seed = 1};
    char **operand;
    int count;
    int loaded = 0;
    struct cli_input *input;
    int status = parse_explore(&explore, argc, argv, &operand, &count);

    if (status != -1) {
        return status;
    }
    if (!read_config(&explore)) {
        return CLI_USAGE;
    }
    if (count == 0 && !explore.generate) {
        return cli_complain(verb, "expected FILE... or --generate");
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
    if (loaded == count) {
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
