/* explain: one execution drawn: in the terminal, as a page, as a trace. */
#include "conformance/clause.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/show.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/explain.h"
#include "fuzz/explore/nearest.h"
#include "fuzz/explore/page.h"
#include "fuzz/explore/parting.h"
#include "fuzz/explore/rows.h"
#include "fuzz/explore/timeline.h"
#include "fuzz/explore/trace.h"

#include <stdlib.h>
#include <string.h>

struct explain_options {
    const char *library;
    const char *format;
    const char *path;
};

/* play_text executes the input under these decisions and returns what `print` wrote, which the
 * caller frees; NULL when the host refuses. */
static char *play_text(struct fuzz_subject *subject, const struct sim_decision *item,
                       uint32_t count, fuzz_played_print print, struct fuzz_report *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    bool good = file != NULL && fuzz_play(subject, item, count, true, print, file, report);

    if (file != NULL) {
        good = fclose(file) == 0 && good;
    }
    if (!good) {
        free(text);
        return NULL;
    }
    return text;
}

static char *program_text(const struct cli_input *input)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    if (file == NULL) {
        return NULL;
    }
    input->subject->ops->print(input->subject, input->item, input->count, file);
    if (fclose(file) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* print_page writes the page of a run that has been executed, with the passing run next to it. */
static bool print_page(const struct cli_input *input, const struct fuzz_report *report,
                       const char *timeline, FILE *out)
{
    struct fuzz_subject *subject = input->subject;
    struct fuzz_nearest nearest = {.found = false};
    struct fuzz_report passed;
    struct conf_clause clause;
    const char *id = subject->ops->clause(subject, report->oracle);
    struct fuzz_page page = {.file = input->path, .run = {report, timeline}, .clause = id};
    struct fuzz_page_run beside = {&passed, NULL};
    char *program = program_text(input);
    char *other = NULL;
    bool good = program != NULL;

    fuzz_rows_about(report->oracle);
    conf_clause_find(id, &clause);
    page.program = program;
    page.clause_level = clause.level;
    page.clause_text = clause.text;
    page.clause_source = clause.source;
    if (good && report->oracle[0] != '\0') {
        good = fuzz_nearest_find(subject, input->item, input->count, &nearest);
    }
    if (good && nearest.found) {
        other = play_text(subject, nearest.item, nearest.count, fuzz_timeline_print, &passed);
        beside.timeline = other;
        page.nearest = other == NULL ? NULL : &beside;
    }
    good = good && fuzz_page_print(&page, out);
    fuzz_nearest_deinit(&nearest);
    free(other);
    free(program);
    return good;
}

/* print_text writes a picture that has been drawn as text, and what the passing run next to it does
 * otherwise. */
static bool print_text(const struct cli_input *input, const struct fuzz_report *report,
                       const char *drawn, FILE *out)
{
    struct fuzz_subject *subject = input->subject;
    struct fuzz_nearest nearest;
    bool good;

    fuzz_rows_about(report->oracle);
    fputs(drawn, out);
    if (report->died) {
        /* The picture was drawn while the process died; only now is it known of what. */
        fuzz_verdict_print(subject, report, out);
    }
    if (report->oracle[0] == '\0') {
        return true;
    }
    good = fuzz_nearest_find(subject, input->item, input->count, &nearest);
    if (good && nearest.found) {
        const struct fuzz_parting_run failing = {input->item, input->count};
        const struct fuzz_parting_run passing = {nearest.item, nearest.count};
        fputc('\n', out);
        good = fuzz_parting_print(subject, &failing, &passing, fuzz_explain_columns(), out);
    } else if (good) {
        fprintf(out, "\nNothing near it passes: no single other decision makes this run pass.\n");
    }
    fuzz_nearest_deinit(&nearest);
    return good;
}

/* draw writes the picture; false when the host refuses. */
static bool draw(const struct cli_input *input, const struct explain_options *options, FILE *out,
                 struct fuzz_report *report)
{
    bool text = strcmp(options->format, "text") == 0;
    bool page = strcmp(options->format, "html") == 0;
    fuzz_played_print print = page    ? fuzz_timeline_print
                              : !text ? fuzz_trace_print
                                      : fuzz_explain_print;
    char *drawn;
    bool good;

    cli_show_style(out);
    drawn = play_text(input->subject, input->item, input->count, print, report);
    good = drawn != NULL;

    if (good && page) {
        good = print_page(input, report, drawn, out);
    } else if (good && text) {
        good = print_text(input, report, drawn, out);
    } else if (good) {
        fputs(drawn, out);
    }
    free(drawn);
    return good;
}

static int explain(const struct cli_verb *verb, const struct cli_input *input,
                   const struct explain_options *options)
{
    struct fuzz_report report;
    struct cli_output output;

    if (!cli_output_open(&output, options->path)) {
        return CLI_USAGE;
    }
    if (!draw(input, options, output.file, &report)) {
        cli_output_abandon(&output);
        return cli_complain(verb, "the host refuses memory or processes");
    }
    if (!cli_output_commit(&output)) {
        return CLI_USAGE;
    }
    return CLI_CLEAN; /* it was drawn, whatever it shows */
}

int cli_explain(const struct cli_verb *verb, int argc, char **argv)
{
    struct explain_options options = {.format = "text"};
    const struct cli_option option[] = {
        CLI_OPTION_PORT(options.library),
        {.name = "format",
         .kind = CLI_CHOICE,
         .value = "FORMAT",
         .target = &options.format,
         .choice = "text|html|perfetto",
         .help = "text (the default), html, or perfetto: Chrome trace JSON"},
        {.name = "output",
         .letter = 'o',
         .kind = CLI_TEXT,
         .value = "OUT",
         .target = &options.path,
         .help = "write there instead of to standard output"},
    };
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, 3, 1, 1, &operand, &count);
    const struct conf_port *port;
    struct cli_input input;

    if (status != -1) {
        return status;
    }
    port = cli_port_load(verb, options.library);
    if (port == NULL || !cli_input_load(&input, operand[0], port)) {
        return CLI_USAGE;
    }
    fuzz_interrupt_catch();
    status = cli_input_realign(&input) ? explain(verb, &input, &options)
                                       : cli_complain(verb, "the host refuses memory or processes");
    cli_input_unload(&input);
    return status;
}
