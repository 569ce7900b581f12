/* replay: the same execution many times; one hash. */
#include "fuzz/cli/input.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/explain.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/step_name.h"
#include "fuzz/explore/worker.h"

#include <inttypes.h>

#define LINE_SIZE 256

/* Exported, so that a debugger finds it by name in every build. */
void iocplab_break(void);

struct replay_options {
    uint64_t repeat;
    const char *stop; /* --break */
    bool repair;
    bool json;
};

static bool replay_tick(void *argument, const struct fuzz_statistics *statistics)
{
    (void)argument;
    (void)statistics;
    return !fuzz_interrupted();
}

/* complain_decision says which decision is the first that cannot be followed. */
static void complain_decision(const struct cli_input *input, uint32_t index)
{
    struct sim_names names = input->subject->ops->names(input->subject);
    char line[LINE_SIZE] = "";

    if (index < input->count) {
        sim_decision_format(&input->item[index], &names, line, sizeof line);
    }
    fprintf(stderr,
            "%s: decision %u cannot be followed: %s, expected a file made for this build "
            "(--repair looks for it nearby, and skips what fits nowhere)\n",
            input->path, index + 1, line);
}

/* replay_status says what an answer means for the caller. */
static int replay_status(const struct cli_verb *verb, const struct cli_input *input,
                         enum fuzz_answer answer, const struct fuzz_report *report)
{
    switch (answer) {
    case FUZZ_ANSWER_FINDING:
        return CLI_FINDING;
    case FUZZ_ANSWER_DIVERGED:
        if (report->diverged > 0) {
            complain_decision(input, report->first_divergence);
        } else {
            fprintf(stderr, "%s: two executions under the same decisions differ\n", input->path);
        }
        return CLI_DIVERGED;
    case FUZZ_ANSWER_BROKEN:
        return cli_complain(verb, "the host refuses memory or processes");
    case FUZZ_ANSWER_CLEAN:
    case FUZZ_ANSWER_STOPPED:
    case FUZZ_ANSWER_EXHAUSTED:
        break;
    }
    return CLI_CLEAN;
}

static void print_json(struct fuzz_subject *subject, const struct fuzz_report *report,
                       uint64_t executions, double seconds, int status)
{
    struct fuzz_json json;

    fuzz_json_begin(&json, stdout);
    fuzz_json_open(&json, NULL, '{');
    fuzz_json_count(&json, "executions", executions);
    fuzz_json_number(&json, "executions_per_second", (double)executions / seconds);
    fuzz_json_hash(&json, "hash", report->hash);
    fuzz_json_count(&json, "steps", report->steps);
    fuzz_json_bool(&json, "diverged", status == CLI_DIVERGED);
    if (report->oracle[0] == '\0') {
        fuzz_json_null(&json, "oracle");
    } else {
        fuzz_json_text(&json, "oracle", report->oracle);
        fuzz_json_text(&json, "clause", subject->ops->clause(subject, report->oracle));
        fuzz_json_text(&json, "message", report->message);
    }
    fuzz_json_close(&json);
    fuzz_json_end(&json);
}

static int replay(const struct cli_verb *verb, const struct cli_input *input,
                  const struct replay_options *options)
{
    struct fuzz_worker_options worker_options = {.strategy = &fuzz_strategy_random,
                                                 .tick = replay_tick};
    struct fuzz_worker *worker = fuzz_worker_create(input->subject, &worker_options);
    uint64_t begin_ns = fuzz_now_ns();
    struct fuzz_report report = {.oracle = ""};
    enum fuzz_answer answer = FUZZ_ANSWER_BROKEN;
    uint64_t executions = 0;
    double seconds;
    int status;

    if (worker != NULL) {
        answer = fuzz_worker_replay(worker, input->item, input->count, options->repair,
                                    options->repeat, &report);
        executions = fuzz_worker_statistics(worker)->executions;
    }
    seconds = (double)(fuzz_now_ns() - begin_ns) / 1e9;
    status = replay_status(verb, input, answer, &report);
    if (status != CLI_USAGE && options->json) {
        print_json(input->subject, &report, executions, seconds, status);
    } else if (status != CLI_USAGE) {
        printf("%016" PRIx64 "  %s  %" PRIu64 " executions of %u steps, %.0f/s\n", report.hash,
               input->path, executions, report.steps, (double)executions / seconds);
        fuzz_verdict_print(input->subject, &report, stdout);
    }
    fuzz_worker_destroy(worker);
    return status;
}

/* iocplab_break is called on the stack of the thread whose step begins. It stops in a debugger; one
 * that ignores SIGTRAP can set a breakpoint here. */
__attribute__((noinline)) void iocplab_break(void)
{
    fuzz_debugger_stop();
}

static void stop_here(void *argument)
{
    (void)argument;
    iocplab_break();
}

/* replay_stopping executes the input once, in this process, and stops in a debugger at a step. */
static int replay_stopping(const struct cli_verb *verb, const struct cli_input *input,
                           const struct replay_options *options)
{
    struct sim_names names = input->subject->ops->names(input->subject);
    struct sim_source_replay replay;
    struct sim_outcome outcome;
    struct fuzz_report report = {.oracle = ""};
    struct fuzz_step_name step;
    struct sim_world *world;

    if (!fuzz_step_name_parse(options->stop, &names, &step)) {
        return cli_complain(verb, "--break: %s, expected " FUZZ_STEP_EXPECTED, options->stop);
    }
    world = sim_world_create();
    if (world == NULL) {
        return cli_complain(verb, "the host refuses memory");
    }
    sim_source_replay_init(&replay, input->item, input->count, options->repair);
    sim_world_pause(world, step.thread, step.step, stop_here, NULL);
    input->subject->ops->run(input->subject, world, &replay.source, &outcome);
    fuzz_report_outcome(&report, &outcome);
    fuzz_verdict_print(input->subject, &report, stdout);
    if (sim_world_thread_count(world) <= step.thread ||
        sim_world_thread_steps(world, step.thread) < step.step) {
        fprintf(stderr, "%s: step %s was not reached\n", input->path, options->stop);
    }
    sim_world_destroy(world);
    return report.oracle[0] == '\0' ? CLI_CLEAN : CLI_FINDING;
}

int cli_replay(const struct cli_verb *verb, int argc, char **argv)
{
    const char *library = NULL;
    struct replay_options options = {.repeat = 1};
    const struct cli_option option[] = {
        CLI_OPTION_PORT(library),
        CLI_OPTION_JSON(options.json),
        {.name = "repeat",
         .kind = CLI_COUNT,
         .value = "N",
         .target = &options.repeat,
         .help = "how often (1)"},
        {.name = "repair",
         .kind = CLI_FLAG,
         .target = &options.repair,
         .help = "look for decisions that do not fit nearby, skip what fits nowhere"},
        {.name = "break",
         .kind = CLI_TEXT,
         .value = "STEP",
         .target = &options.stop,
         .help = "stop in the debugger at a step, THREAD#N"},
    };
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, 5, 1, 1, &operand, &count);
    const struct conf_port *port;
    struct cli_input input;

    if (status != -1) {
        return status;
    }
    if (options.repeat == 0) {
        return cli_complain(verb, "--repeat: 0, expected at least 1");
    }
    port = cli_port_load(verb, library);
    if (port == NULL || !cli_input_load(&input, operand[0], port)) {
        return CLI_USAGE;
    }
    fuzz_interrupt_catch();
    if (options.repair && !cli_input_realign(&input)) {
        cli_input_unload(&input);
        return cli_complain(verb, "the host refuses memory or processes");
    }
    status = options.stop != NULL ? replay_stopping(verb, &input, &options)
                                  : replay(verb, &input, &options);
    cli_input_unload(&input);
    return status;
}
