/* show: findings as text, as JSON, as files. */
#include "fuzz/cli/show.h"

#include "fuzz/cli/output.h"
#include "fuzz/explore/explain.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define DECISIONS_SHOWN 100u /* more are only for files */
#define COLUMNS_LEAST   60u  /* narrower terminals wrap a picture of the usual width */

/* print_comment writes text as comment lines. */
static void print_comment(const char *text, FILE *out)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        fprintf(out, "# %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

void cli_show_style(FILE *out)
{
    const char *plain = getenv("NO_COLOR");
    uint32_t columns = fuzz_terminal_columns(out);

    fuzz_explain_style(columns > 0 && (plain == NULL || plain[0] == '\0'),
                       columns < COLUMNS_LEAST ? FUZZ_EXPLAIN_COLUMNS : columns);
}

void cli_show_finding(const struct fuzz_finding *finding,
                      const struct fuzz_shrink_statistics *shrink, FILE *out)
{
    struct fuzz_report report;

    cli_show_style(out);
    fprintf(out, "finding %s\n", finding->key);
    fprintf(out, "found by execution %" PRIu64 " with %u decisions; now %u", finding->execution,
            finding->count_found, finding->count);
    if (shrink != NULL && shrink->candidates > 0) {
        fprintf(out, "%s (%" PRIu64 " candidates, %.2f s)", finding->minimal ? ", 1-minimal" : "",
                shrink->candidates, (double)shrink->elapsed_ns / 1e9);
    }
    fprintf(out, "%s\n\n", finding->stable ? "" : "; does not replay");
    if (finding->count <= DECISIONS_SHOWN) {
        fuzz_finding_print(finding, out);
    } else {
        finding->subject->ops->print(finding->subject, NULL, 0, out);
        fprintf(out, "# and %u decisions, which --save writes to a file\n", finding->count);
    }
    fputc('\n', out);
    if (!fuzz_play(finding->subject, finding->item, finding->count, false, fuzz_explain_print, out,
                   &report)) {
        fprintf(out, "(no picture: the host refuses memory or processes)\n");
    } else if (report.died) {
        fuzz_verdict_print(finding->subject, &report, out);
    }
    fputc('\n', out);
}

void cli_json_cost(struct fuzz_json *json, const char *name, uint32_t cost)
{
    fuzz_json_open(json, name, '{');
    fuzz_json_count(json, "preemptions", cost & 0xff);
    fuzz_json_count(json, "reorderings", cost >> 8 & 0xff);
    fuzz_json_count(json, "faults", cost >> 16 & 0xff);
    fuzz_json_count(json, "timeouts", cost >> 24);
    fuzz_json_close(json);
}

void cli_json_finding(struct fuzz_json *json, const struct fuzz_finding *finding, const char *file,
                      const char *known)
{
    struct fuzz_subject *subject = finding->subject;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    fuzz_json_open(json, NULL, '{');
    fuzz_json_text(json, "key", finding->key);
    fuzz_json_text(json, "oracle", finding->report.oracle);
    fuzz_json_text(json, "clause", subject->ops->clause(subject, finding->report.oracle));
    fuzz_json_text(json, "message", finding->report.message);
    if (out != NULL) {
        fuzz_finding_print(finding, out);
        fclose(out);
        fuzz_json_text(json, "scenario", text);
        free(text);
    }
    fuzz_json_hash(json, "hash", finding->report.hash);
    cli_json_cost(json, "cost", finding->report.cost);
    fuzz_json_count(json, "decisions", finding->count);
    fuzz_json_count(json, "execution", finding->execution);
    fuzz_json_bool(json, "minimal", finding->minimal);
    fuzz_json_bool(json, "stable", finding->stable);
    if (known != NULL) {
        fuzz_json_text(json, "known", known);
    }
    if (file == NULL) {
        fuzz_json_null(json, "file");
    } else {
        fuzz_json_text(json, "file", file);
    }
    fuzz_json_close(json);
}

bool cli_save_finding(const struct fuzz_finding *finding, const char *directory, char *path,
                      size_t path_size)
{
    struct cli_output output;
    struct fuzz_subject *subject = finding->subject;

    snprintf(path, path_size, "%s/%s-%016" PRIx64 ".scn", directory, finding->report.oracle,
             subject->ops->key(subject));
    if (!cli_directory_make(directory) || !cli_output_open(&output, path)) {
        return false;
    }
    print_comment(finding->key, output.file);
    print_comment(finding->report.message, output.file);
    fuzz_finding_print(finding, output.file);
    return cli_output_commit(&output);
}
