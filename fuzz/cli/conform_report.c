/* conform_report: scenarios as lines, clauses as a table, all of it as JSON and as JUnit XML. */
#include "conformance/clause.h"
#include "fuzz/cli/conform.h"
#include "fuzz/cli/output.h"
#include "fuzz/explore/json.h"

#include <inttypes.h>
#include <string.h>

#define CLAUSES_MAX (CONF_ORACLE_COUNT + 2u)

/* A clause, and where it was broken. */
struct clause_row {
    const char *clause;
    const char *level;
    const char *oracle;             /* the first that watches it */
    const struct cli_breach *first; /* with the shortest ordering; NULL: it holds */
    const char *scenario;           /* of that one */
    uint32_t broken, accepted;      /* scenarios */
};

uint32_t cli_conform_broken(const struct cli_conform *conform)
{
    uint32_t broken = 0;

    for (size_t i = 0; i < conform->count; i++) {
        for (uint32_t k = 0; k < conform->verdict[i].breach_count; k++) {
            broken += conform->verdict[i].breach[k].reason == NULL;
        }
    }
    for (uint32_t i = 0; i < conform->expect.count && conform->filter == NULL; i++) {
        broken += !conform->expect.item[i].seen;
    }
    return broken;
}

void cli_conform_line(const struct cli_verdict *verdict)
{
    if (verdict->skipped != NULL) {
        printf("skip  %s: %s\n", verdict->name, verdict->skipped);
    } else if (verdict->breach_count == 0) {
        printf("ok    %s\n", verdict->name);
    }
    for (uint32_t i = 0; i < verdict->breach_count; i++) {
        const struct cli_breach *breach = &verdict->breach[i];
        printf("%s  %s: %s (%s): %.*s\n", breach->reason == NULL ? "FAIL" : "known", verdict->name,
               breach->clause, breach->name, (int)strcspn(breach->message, "\n"), breach->message);
    }
    fflush(stdout);
}

/* ---- clauses ---- */

static struct clause_row *find_row(struct clause_row *row, size_t *count, const char *clause,
                                   const char *level, const char *oracle)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(row[i].clause, clause) == 0) {
            return &row[i];
        }
    }
    if (*count == CLAUSES_MAX) {
        return NULL;
    }
    row[*count] = (struct clause_row){.clause = clause, .level = level, .oracle = oracle};
    return &row[(*count)++];
}

/* fill_rows makes a row for each clause that an oracle of the profile watches. */
static size_t fill_rows(const struct cli_conform *conform, struct clause_row row[CLAUSES_MAX])
{
    size_t count = 0;

    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        const struct conf_oracle *oracle = &conf_oracle_table[i];
        if (cli_conform_is_in_profile(conform, oracle)) {
            find_row(row, &count, oracle->clause, oracle->level == CONF_MUST ? "MUST" : "SHOULD",
                     oracle->id);
        }
    }
    for (size_t i = 0; i < conform->count; i++) {
        for (uint32_t k = 0; k < conform->verdict[i].breach_count; k++) {
            const struct cli_breach *breach = &conform->verdict[i].breach[k];
            struct clause_row *at = find_row(row, &count, breach->clause, "MUST", breach->name);
            if (at == NULL) {
                continue;
            }
            at->broken += breach->reason == NULL;
            at->accepted += breach->reason != NULL;
            if (at->first == NULL || strlen(breach->ordering) < strlen(at->first->ordering)) {
                at->first = breach;
                at->scenario = conform->verdict[i].name;
            }
        }
    }
    return count;
}

static void print_row(const struct clause_row *row)
{
    printf("%-9s %-6s  %-23s  ", row->clause, row->level, row->oracle);
    if (row->first == NULL) {
        printf("no breach\n");
    } else if (row->broken == 0) {
        printf("known to be broken in %u scenarios\n", row->accepted);
    } else {
        printf("BROKEN in %u scenarios, for example %s\n", row->broken, row->scenario);
    }
}

/* print_breach tells what breaks a clause: its text, the message, the smallest ordering. */
static void print_breach(const struct clause_row *row)
{
    struct conf_clause clause;

    printf("\n== %s (%s), %s\n", row->clause, row->level, row->first->name);
    if (conf_clause_find(row->clause, &clause)) {
        printf("%s\n", clause.text);
    }
    printf("\n%s\n\n%s", row->first->message, row->first->ordering);
}

static void print_unseen(const struct cli_conform *conform)
{
    for (uint32_t i = 0; i < conform->expect.count && conform->filter == NULL; i++) {
        const struct cli_expectation *item = &conform->expect.item[i];
        if (!item->seen) {
            printf("%s:%u: %s %s is no more, expected a line that still holds\n",
                   conform->expect_path, item->line, item->scenario,
                   item->is_skip ? "skip" : item->clause);
        }
    }
}

static void print_text(const struct cli_conform *conform)
{
    struct clause_row row[CLAUSES_MAX];
    size_t count = fill_rows(conform, row);
    uint32_t failed = 0, skipped = 0;

    for (size_t i = 0; i < conform->count; i++) {
        failed += conform->verdict[i].breach_count > 0;
        skipped += conform->verdict[i].skipped != NULL;
    }
    printf("\n");
    for (size_t i = 0; i < count; i++) {
        print_row(&row[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (row[i].broken > 0) {
            print_breach(&row[i]);
        }
    }
    printf("\nport %s: %zu scenarios, %u with a breach, %u skipped\n", conform->port->name,
           conform->count, failed, skipped);
    print_unseen(conform);
}

/* ---- JSON ---- */

static void json_breach(struct fuzz_json *json, const struct cli_breach *breach)
{
    fuzz_json_open(json, NULL, '{');
    fuzz_json_text(json, "clause", breach->clause);
    fuzz_json_text(json, "oracle", breach->name);
    fuzz_json_text(json, "message", breach->message);
    fuzz_json_text(json, "scenario", breach->ordering);
    if (breach->reason == NULL) {
        fuzz_json_null(json, "known");
    } else {
        fuzz_json_text(json, "known", breach->reason);
    }
    fuzz_json_close(json);
}

static void print_json(const struct cli_conform *conform)
{
    struct clause_row row[CLAUSES_MAX];
    size_t count = fill_rows(conform, row);
    struct fuzz_json json;

    fuzz_json_begin(&json, stdout);
    fuzz_json_open(&json, NULL, '{');
    fuzz_json_text(&json, "port", conform->port->name);
    fuzz_json_open(&json, "clauses", '[');
    for (size_t i = 0; i < count; i++) {
        fuzz_json_open(&json, NULL, '{');
        fuzz_json_text(&json, "clause", row[i].clause);
        fuzz_json_text(&json, "level", row[i].level);
        fuzz_json_bool(&json, "holds", row[i].first == NULL);
        fuzz_json_count(&json, "broken", row[i].broken);
        fuzz_json_close(&json);
    }
    fuzz_json_close(&json);
    fuzz_json_open(&json, "scenarios", '[');
    for (size_t i = 0; i < conform->count; i++) {
        const struct cli_verdict *verdict = &conform->verdict[i];
        fuzz_json_open(&json, NULL, '{');
        fuzz_json_text(&json, "name", verdict->name);
        fuzz_json_bool(&json, "skipped", verdict->skipped != NULL);
        fuzz_json_count(&json, "executions", verdict->executions);
        fuzz_json_open(&json, "breaches", '[');
        for (uint32_t k = 0; k < verdict->breach_count; k++) {
            json_breach(&json, &verdict->breach[k]);
        }
        fuzz_json_close(&json);
        fuzz_json_close(&json);
    }
    fuzz_json_close(&json);
    fuzz_json_bool(&json, "conforms", cli_conform_broken(conform) == 0);
    fuzz_json_close(&json);
    fuzz_json_end(&json);
}

void cli_conform_print(const struct cli_conform *conform)
{
    if (conform->json) {
        print_json(conform);
    } else {
        print_text(conform);
    }
}

/* ---- JUnit ---- */

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

static void xml_case(const struct cli_conform *conform, const struct cli_verdict *verdict,
                     FILE *out)
{
    fprintf(out, "    <testcase classname=\"conform.%s\" name=\"%s\" time=\"%.3f\">\n",
            conform->port->name, verdict->name, verdict->seconds);
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

bool cli_conform_junit(const struct cli_conform *conform, const char *path)
{
    struct cli_output output;
    uint32_t failures = 0, skipped = 0;

    if (!cli_output_open(&output, path)) {
        return false;
    }
    for (size_t i = 0; i < conform->count; i++) {
        const struct cli_verdict *verdict = &conform->verdict[i];
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
            conform->port->name, conform->count, failures, skipped);
    for (size_t i = 0; i < conform->count; i++) {
        xml_case(conform, &conform->verdict[i], output.file);
    }
    fprintf(output.file, "  </testsuite>\n</testsuites>\n");
    return cli_output_commit(&output);
}
