/* merge: the results of shards as one: findings by name, ledgers added up. */
#include "conformance/ports/port_core.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/ledger.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/bound.h"
#include "fuzz/explore/count.h"
#include "fuzz/explore/json.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FINDINGS_MAX  4096u
#define FILE_SIZE_MAX ((size_t)4 << 20)

/* A finding as `explore --save` writes it: its key is the comment in the first line, and its file
 * is named by oracle and program, so the same finding of two shards has the same name. */
struct merged {
    char name[256]; /* of the file */
    char key[128];
    char *text;
    size_t size;
    uint32_t decisions;
};

struct merge {
    const struct cli_verb *verb;
    const char *out;
    bool json;
    struct cli_ledger ledger;
    uint32_t count;
    struct merged finding[FINDINGS_MAX];
};

/* ---- reading ---- */

static bool read_key(const char *path, const char *text, char *key, size_t size)
{
    size_t length = strcspn(text, "\r\n");

    if (strncmp(text, "# ", 2) != 0 || length < 3 || length - 2 >= size) {
        fprintf(stderr, "%s:1:1: no finding, expected its key in a comment, as --save writes it\n",
                path);
        return false;
    }
    memcpy(key, text + 2, length - 2);
    key[length - 2] = '\0';
    return true;
}

/* read_finding reads one file; its text is the caller's. */
static bool read_finding(const char *path, const char *name, struct merged *finding)
{
    struct cli_input input;

    memset(finding, 0, sizeof *finding);
    if (!cli_input_load(&input, path, &conf_port_core)) {
        return false;
    }
    finding->decisions = input.count;
    cli_input_unload(&input);
    snprintf(finding->name, sizeof finding->name, "%s", name);
    if (!cli_file_read(path, FILE_SIZE_MAX, &finding->text, &finding->size)) {
        return false;
    }
    finding->text[finding->size] = '\0';
    return read_key(path, finding->text, finding->key, sizeof finding->key);
}

/* is_smaller orders findings of one name: the fewest decisions, then the shortest text. */
static bool is_smaller(const struct merged *left, const struct merged *right)
{
    if (left->decisions != right->decisions) {
        return left->decisions < right->decisions;
    }
    if (left->size != right->size) {
        return left->size < right->size;
    }
    return memcmp(left->text, right->text, left->size) < 0;
}

static bool add_finding(struct merge *merge, const char *path, const char *name)
{
    struct merged fresh;

    if (!read_finding(path, name, &fresh)) {
        free(fresh.text);
        return false;
    }
    for (uint32_t i = 0; i < merge->count; i++) {
        struct merged *known = &merge->finding[i];
        if (strcmp(known->key, fresh.key) == 0) {
            struct merged *worse = is_smaller(&fresh, known) ? known : &fresh;
            free(worse->text);
            if (worse == known) {
                *known = fresh;
            }
            return true;
        }
    }
    if (merge->count == FINDINGS_MAX) {
        fprintf(stderr, "%s: too many findings, expected at most %u\n", path, FINDINGS_MAX);
        free(fresh.text);
        return false;
    }
    merge->finding[merge->count++] = fresh;
    return true;
}

static int is_finding(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return entry->d_name[0] != '.' && length > 4 && strcmp(entry->d_name + length - 4, ".scn") == 0;
}

static bool add_findings(struct merge *merge, const char *directory)
{
    struct dirent **entry;
    int count = scandir(directory, &entry, is_finding, alphasort);
    bool good = count >= 0;

    if (!good) {
        fprintf(stderr, "%s: %s, expected a directory that explore --save wrote\n", directory,
                strerror(errno));
        return false;
    }
    for (int i = 0; i < count; i++) {
        char path[CLI_PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", directory, entry[i]->d_name);
        good = good && add_finding(merge, path, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    return good;
}

static bool add_directory(struct merge *merge, const char *directory)
{
    char path[CLI_PATH_SIZE];
    struct cli_ledger ledger;
    const char *expected;

    snprintf(path, sizeof path, "%s/" CLI_LEDGER_FILE, directory);
    if (!cli_ledger_read(&ledger, path)) {
        cli_ledger_deinit(&ledger);
        return false;
    }
    expected = cli_ledger_merge(&merge->ledger, &ledger);
    cli_ledger_deinit(&ledger);
    if (expected != NULL) {
        fprintf(stderr, "%s:1:1: does not go with the ledgers before it, expected %s\n", path,
                expected);
        return false;
    }
    return add_findings(merge, directory);
}

/* ---- writing ---- */

static bool write_findings(const struct merge *merge)
{
    bool good = true;

    for (uint32_t i = 0; i < merge->count && good; i++) {
        char path[CLI_PATH_SIZE];
        struct cli_output output;
        snprintf(path, sizeof path, "%s/%s", merge->out, merge->finding[i].name);
        good = cli_output_open(&output, path);
        if (good) {
            fwrite(merge->finding[i].text, 1, merge->finding[i].size, output.file);
            good = cli_output_commit(&output);
        }
    }
    return good;
}

/* What the ledgers say of all programs together. */
struct whole {
    uint64_t executions, steps, redundant, classed, classes, once;
    bool complete, has_cost;
    uint32_t cost;
};

static void add_up(const struct cli_ledger *ledger, struct whole *whole)
{
    bool all = cli_ledger_covers(ledger) == ledger->shards && ledger->count > 0;

    *whole = (struct whole){.complete = all, .has_cost = all, .cost = UINT32_MAX};
    for (size_t i = 0; i < ledger->count; i++) {
        const struct cli_ledger_program *program = &ledger->program[i];
        whole->executions += program->executions;
        whole->steps += program->steps;
        whole->redundant += program->redundant;
        whole->classed += program->classed;
        whole->classes += fuzz_novelty_distinct(&program->classes);
        whole->once += fuzz_novelty_once(&program->classes);
        whole->complete = whole->complete && program->complete && !program->bounded;
        whole->has_cost = whole->has_cost && program->has_cost;
        whole->cost = program->cost < whole->cost ? program->cost : whole->cost;
    }
}

static bool draws(const struct cli_ledger *ledger)
{
    const struct fuzz_strategy *strategy = fuzz_strategy_find(ledger->strategy);

    return strategy != NULL && fuzz_strategy_draws(strategy);
}

static void print_text(const struct merge *merge, const struct whole *whole)
{
    const struct cli_ledger *ledger = &merge->ledger;
    char bound[FUZZ_BOUND_TEXT_SIZE];
    char executions[FUZZ_COUNT_SIZE];
    char classes[FUZZ_COUNT_SIZE];

    for (uint32_t i = 0; i < merge->count; i++) {
        printf("finding %s, %u decisions: %s/%s\n", merge->finding[i].key,
               merge->finding[i].decisions, merge->out, merge->finding[i].name);
    }
    if (cli_ledger_covers(ledger) < ledger->shards) {
        printf("%u of %u shards: nothing is complete\n", cli_ledger_covers(ledger), ledger->shards);
    }
    if (whole->complete) {
        printf("complete: every schedule, up to equivalence\n");
    } else if (whole->has_cost) {
        printf("complete up to %s\n", fuzz_bound_format(whole->cost, bound));
    }
    printf("%zu program%s, %s executions, %s classes", ledger->count, ledger->count == 1 ? "" : "s",
           fuzz_count_format((double)whole->executions, executions),
           fuzz_count_format((double)whole->classes, classes));
    if (draws(ledger)) {
        printf("; the next shows a new one with probability %.2g",
               fuzz_coverage_unseen(whole->once, whole->classed));
    }
    putchar('\n');
}

static void print_json(const struct merge *merge, const struct whole *whole)
{
    const struct cli_ledger *ledger = &merge->ledger;
    struct fuzz_json json;
    char bound[FUZZ_BOUND_TEXT_SIZE];

    fuzz_json_begin(&json, stdout);
    fuzz_json_open(&json, NULL, '{');
    fuzz_json_open(&json, "findings", '[');
    for (uint32_t i = 0; i < merge->count; i++) {
        char path[CLI_PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", merge->out, merge->finding[i].name);
        fuzz_json_open(&json, NULL, '{');
        fuzz_json_text(&json, "key", merge->finding[i].key);
        fuzz_json_count(&json, "decisions", merge->finding[i].decisions);
        fuzz_json_text(&json, "scenario", merge->finding[i].text);
        fuzz_json_text(&json, "file", path);
        fuzz_json_close(&json);
    }
    fuzz_json_close(&json);
    fuzz_json_count(&json, "shards", ledger->shards);
    fuzz_json_count(&json, "shards_here", cli_ledger_covers(ledger));
    fuzz_json_count(&json, "programs", ledger->count);
    fuzz_json_count(&json, "executions", whole->executions);
    fuzz_json_count(&json, "steps", whole->steps);
    fuzz_json_count(&json, "redundant", whole->redundant);
    fuzz_json_count(&json, "classes", whole->classes);
    fuzz_json_count(&json, "classed", whole->classed);
    if (whole->complete) {
        fuzz_json_number(&json, "estimated_unseen", 0);
    } else if (draws(ledger)) {
        fuzz_json_number(&json, "estimated_unseen",
                         fuzz_coverage_unseen(whole->once, whole->classed));
    } else {
        fuzz_json_null(&json, "estimated_unseen");
    }
    fuzz_json_bool(&json, "complete", whole->complete);
    if (whole->has_cost) {
        fuzz_json_text(&json, "bound", fuzz_bound_format(whole->cost, bound));
    } else {
        fuzz_json_null(&json, "bound");
    }
    fuzz_json_count(&json, "seed", ledger->seed);
    fuzz_json_text(&json, "strategy", ledger->strategy);
    fuzz_json_close(&json);
    fuzz_json_end(&json);
}

static int run_merge(struct merge *merge, char **directory, int count)
{
    struct whole whole;
    bool good = true;

    for (int i = 0; i < count && good; i++) {
        good = add_directory(merge, directory[i]);
    }
    if (!good || !cli_ledger_write(&merge->ledger, merge->out) || !write_findings(merge)) {
        return CLI_USAGE;
    }
    add_up(&merge->ledger, &whole);
    if (merge->json) {
        print_json(merge, &whole);
    } else {
        print_text(merge, &whole);
    }
    return merge->count > 0 ? CLI_FINDING : CLI_CLEAN;
}

int cli_merge(const struct cli_verb *verb, int argc, char **argv)
{
    struct merge *merge = calloc(1, sizeof *merge);
    const char *out = NULL;
    bool json = false;
    const struct cli_option option[] = {
        {"output", 'o', CLI_TEXT, "DIR", "where the results of the whole go", &out, NULL},
        CLI_OPTION_JSON(json),
    };
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, 2, 1, INT32_MAX, &operand, &count);

    if (status == -1 && out == NULL) {
        status = cli_complain(verb, "expected -o DIR");
    }
    if (status == -1 && merge == NULL) {
        status = cli_complain(verb, "there is no memory");
    }
    if (status == -1) {
        merge->verb = verb;
        merge->out = out;
        merge->json = json;
        status = run_merge(merge, operand, count);
        cli_ledger_deinit(&merge->ledger);
        for (uint32_t i = 0; i < merge->count; i++) {
            free(merge->finding[i].text);
        }
    }
    free(merge);
    return status;
}
