/* run: one execution, told line by line. */
#include "fuzz/cli/input.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/explain.h"
#include "fuzz/explore/json.h"

#include <errno.h>
#include <string.h>

static void print_history(const struct fuzz_played *played, FILE *out)
{
    played->subject->ops->history(played->subject, played->world, out);
    fputc('\n', out);
    fuzz_verdict_print(played->subject, played->report, out);
}

/* print_report writes the outcome as one JSON object. */
static void print_report(struct fuzz_subject *subject, const struct fuzz_report *report)
{
    struct fuzz_json json;
    bool clean = report->oracle[0] == '\0';

    fuzz_json_begin(&json, stdout);
    fuzz_json_open(&json, NULL, '{');
    if (clean) {
        fuzz_json_null(&json, "oracle");
    } else {
        fuzz_json_text(&json, "oracle", report->oracle);
        fuzz_json_text(&json, "clause", subject->ops->clause(subject, report->oracle));
        fuzz_json_text(&json, "message", report->message);
    }
    fuzz_json_hash(&json, "hash", report->hash);
    fuzz_json_count(&json, "steps", report->steps);
    fuzz_json_count(&json, "picks", report->picks);
    fuzz_json_count(&json, "diverged", report->diverged);
    fuzz_json_close(&json);
    fuzz_json_end(&json);
}

/* play executes an input once and prints what happened, or its outcome as JSON. */
static int play(const struct cli_verb *verb, struct cli_input *input, bool json)
{
    struct fuzz_report report;

    if (!fuzz_play(input->subject, input->item, input->count, true, json ? NULL : print_history,
                   stdout, &report)) {
        return cli_complain(verb, "the host refuses memory or processes");
    }
    if (json) {
        print_report(input->subject, &report);
    } else if (report.died) {
        /* It was printed while the process died; only now is it known of what. */
        fuzz_verdict_print(input->subject, &report, stdout);
    }
    if (fflush(stdout) != 0) {
        return cli_complain(verb, "standard output: %s", strerror(errno));
    }
    return report.oracle[0] == '\0' ? CLI_CLEAN : CLI_FINDING;
}

int cli_run(const struct cli_verb *verb, int argc, char **argv)
{
    const char *library = NULL;
    bool json = false;
    const struct cli_option option[] = {CLI_OPTION_PORT(library), CLI_OPTION_JSON(json)};
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, 2, 1, 1, &operand, &count);
    const struct conf_port *port;
    struct cli_input input;

    if (status != -1) {
        return status;
    }
    port = cli_port_load(verb, library);
    if (port == NULL || !cli_input_load(&input, operand[0], port)) {
        return CLI_USAGE;
    }
    status = cli_input_realign(&input) ? play(verb, &input, json)
                                       : cli_complain(verb, "the host refuses memory or processes");
    cli_input_unload(&input);
    return status;
}
