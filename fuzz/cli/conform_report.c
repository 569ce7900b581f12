/* conform_report: scenarios as lines, clauses as a table, all of it as JSON. */
#include "conformance/clause.h"
#include "conformance/scenario_words.h"
#include "fuzz/cli/conform_report.h"
#include "fuzz/explore/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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

bool cli_report_is_judged(const struct cli_report *report, const struct conf_oracle *oracle)
{
    return oracle->level == CONF_MUST || strcmp(report->profile, "should") == 0;
}

/* ---- scenarios ---- */

/* needed returns the capability that a source needs, and what is said of a port without it. */
static uint64_t needed(const struct conf_source *source, const char **lack)
{
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    if (kind == CONF_WAKER) {
        *lack = "the port has no wakers";
        return CONF_CAN_WAKER;
    }
    if (conf_kind_is_pipe(kind) && source->mode == CONF_PIPE_MESSAGE) {
        *lack = "the port has no message-mode pipes";
        return CONF_CAN_MESSAGE;
    }
    if (conf_kind_is_pipe(kind)) {
        *lack = "the port has no pipes";
        return CONF_CAN_PIPE;
    }
    if (conf_kind_is_stream(kind) || kind == CONF_TASK) {
        *lack = "the port has no streams in memory";
        return CONF_CAN_STREAM;
    }
    if (conf_kind_is_socket(kind)) {
        *lack = "the port has no sockets";
        return CONF_CAN_SOCKET;
    }
    *lack = "the port has no sources that its user makes";
    return kind == CONF_USER_SOURCE ? CONF_CAN_USER : 0;
}

const char *cli_report_missing(const struct conf_port *port, const struct conf_scenario *scenario)
{
    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];
        const char *lack;
        if (!conf_kind_is_raw((enum conf_source_kind)source->kind) &&
            (needed(source, &lack) & ~port->capabilities) != 0) {
            return lack;
        }
    }
    return NULL;
}

const char *cli_report_skip(struct cli_report *report, const char *scenario)
{
    struct cli_expectation *skip = cli_expect_find(&report->expect, scenario, "");

    if (skip == NULL) {
        return NULL;
    }
    skip->seen = true;
    return skip->reason;
}

static bool has_breach(const struct cli_verdict *verdict, const char *oracle)
{
    for (uint32_t i = 0; i < verdict->breach_count; i++) {
        if (strcmp(verdict->breach[i].name, oracle) == 0) {
            return true;
        }
    }
    return false;
}

struct cli_breach *cli_report_add(struct cli_report *report, struct cli_verdict *verdict,
                                  const char *name, const char *clause, const char *message)
{
    struct cli_breach *breach = &verdict->breach[verdict->breach_count];
    struct cli_expectation *expected;

    if (verdict->breach_count == CLI_BREACHES_MAX || has_breach(verdict, name)) {
        return NULL;
    }
    verdict->breach_count++;
    breach->oracle = conf_oracle_find(name);
    snprintf(breach->name, sizeof breach->name, "%s", name);
    snprintf(breach->clause, sizeof breach->clause, "%s", breach->oracle == NULL ? name : clause);
    snprintf(breach->message, sizeof breach->message, "%s", message);
    expected = cli_expect_find(&report->expect, verdict->name, breach->clause);
    if (expected != NULL) {
        expected->seen = true;
        breach->reason = expected->reason;
    }
    return breach;
}

uint32_t cli_report_broken(const struct cli_report *report)
{
    uint32_t broken = 0;

    for (size_t i = 0; i < report->count; i++) {
        for (uint32_t k = 0; k < report->verdict[i].breach_count; k++) {
            broken += report->verdict[i].breach[k].reason == NULL;
        }
    }
    for (uint32_t i = 0; i < report->expect.count && report->filter == NULL; i++) {
        broken += !report->expect.item[i].seen;
    }
    return broken;
}

void cli_report_line(const struct cli_verdict *verdict)
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
static size_t fill_rows(const struct cli_report *report, struct clause_row row[CLAUSES_MAX])
{
    size_t count = 0;

    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        const struct conf_oracle *oracle = &conf_oracle_table[i];
        if (cli_report_is_judged(report, oracle)) {
            find_row(row, &count, oracle->clause, oracle->level == CONF_MUST ? "MUST" : "SHOULD",
                     oracle->id);
        }
    }
    for (size_t i = 0; i < report->count; i++) {
        for (uint32_t k = 0; k < report->verdict[i].breach_count; k++) {
            const struct cli_breach *breach = &report->verdict[i].breach[k];
            bool should = breach->oracle != NULL && breach->oracle->level == CONF_SHOULD;
            struct clause_row *at =
                find_row(row, &count, breach->clause, should ? "SHOULD" : "MUST", breach->name);
            if (at == NULL) {
                continue;
            }
            at->broken += breach->reason == NULL;
            at->accepted += breach->reason != NULL;
            if (at->first == NULL || strlen(breach->ordering) < strlen(at->first->ordering)) {
                at->first = breach;
                at->scenario = report->verdict[i].name;
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

static void print_unseen(const struct cli_report *report)
{
    for (uint32_t i = 0; i < report->expect.count && report->filter == NULL; i++) {
        const struct cli_expectation *item = &report->expect.item[i];
        if (!item->seen) {
            printf("%s:%u: %s %s is no more, expected a line that still holds\n",
                   report->expect_path, item->line, item->scenario,
                   item->is_skip ? "skip" : item->clause);
        }
    }
}

static void print_text(const struct cli_report *report)
{
    struct clause_row row[CLAUSES_MAX];
    size_t count = fill_rows(report, row);
    uint32_t failed = 0, skipped = 0;

    for (size_t i = 0; i < report->count; i++) {
        failed += report->verdict[i].breach_count > 0;
        skipped += report->verdict[i].skipped != NULL;
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
    printf("\nport %s: %zu scenarios, %u with a breach, %u skipped\n", report->port->name,
           report->count, failed, skipped);
    print_unseen(report);
}

void cli_report_clauses(const struct cli_report *report)
{
    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        const struct conf_oracle *oracle = &conf_oracle_table[i];
        if (cli_report_is_judged(report, oracle)) {
            printf("%-9s %-6s %-24s %s\n", oracle->clause,
                   oracle->level == CONF_MUST ? "MUST" : "SHOULD", oracle->id, oracle->about);
        }
    }
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

static void print_json(const struct cli_report *report)
{
    struct clause_row row[CLAUSES_MAX];
    size_t count = fill_rows(report, row);
    struct fuzz_json json;

    fuzz_json_begin(&json, stdout);
    fuzz_json_open(&json, NULL, '{');
    fuzz_json_text(&json, "port", report->port->name);
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
    for (size_t i = 0; i < report->count; i++) {
        const struct cli_verdict *verdict = &report->verdict[i];
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
    fuzz_json_bool(&json, "conforms", cli_report_broken(report) == 0);
    fuzz_json_close(&json);
    fuzz_json_end(&json);
}

void cli_report_print(const struct cli_report *report)
{
    if (report->json) {
        print_json(report);
    } else {
        print_text(report);
    }
}

void cli_report_deinit(struct cli_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        for (uint32_t k = 0; k < report->verdict[i].breach_count; k++) {
            free(report->verdict[i].breach[k].ordering);
        }
    }
    free(report->verdict);
    cli_expect_unload(&report->expect);
}
