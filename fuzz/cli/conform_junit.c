/* conform_junit: a report as JUnit XML. */
#include "fuzz/cli/conform_report.h"
#include "fuzz/cli/output.h"

#include <string.h>

/* print_xml writes text as XML; control characters that XML cannot hold become question marks. */
static void print_xml(const char *text, FILE *out)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '<' || c == '>' || c == '&' || c == '"') {
            fprintf(out, "&#%u;", c);
        } else {
            fputc(c < 0x20 && c != '\n' && c != '\t' ? '?' : c, out);
        }
    }
}

static void xml_case(const struct cli_report *report, const struct cli_verdict *verdict, FILE *out)
{
    fprintf(out, "    <testcase classname=\"conform.%s\" name=\"%s\" time=\"%.3f\">\n",
            report->port->name, verdict->name, verdict->seconds);
    if (verdict->skipped != NULL) {
        fprintf(out, "      <skipped message=\"");
        print_xml(verdict->skipped, out);
        fprintf(out, "\"/>\n");
    }
    for (uint32_t i = 0; i < verdict->breach_count; i++) {
        const struct cli_breach *breach = &verdict->breach[i];
        if (breach->reason != NULL) {
            continue;
        }
        fprintf(out, "      <failure type=\"%s\" message=\"", breach->clause);
        print_xml(breach->message, out);
        fprintf(out, "\">");
        print_xml(breach->ordering, out);
        fprintf(out, "</failure>\n");
    }
    fprintf(out, "    </testcase>\n");
}

bool cli_report_junit(const struct cli_report *report, const char *path)
{
    struct cli_output output;
    uint32_t failures = 0, skipped = 0;

    if (!cli_output_open(&output, path)) {
        return false;
    }
    for (size_t i = 0; i < report->count; i++) {
        const struct cli_verdict *verdict = &report->verdict[i];
        bool fails = false;
        for (uint32_t k = 0; k < verdict->breach_count; k++) {
            fails = fails || verdict->breach[k].reason == NULL;
        }
        failures += fails;
        skipped += verdict->skipped != NULL;
    }
    fprintf(output.file,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite "
            "name=\"conform.%s\" tests=\"%zu\" failures=\"%u\" skipped=\"%u\">\n",
            report->port->name, report->count, failures, skipped);
    for (size_t i = 0; i < report->count; i++) {
        xml_case(report, &report->verdict[i], output.file);
    }
    fprintf(output.file, "  </testsuite>\n</testsuites>\n");
    return cli_output_commit(&output);
}
