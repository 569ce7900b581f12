/* golden: the hashes of the corpus, which every build must reproduce.
 *
 *   golden FILE SCENARIO...            compares; exit 1 when a hash differs
 *   golden --update FILE SCENARIO...   writes FILE anew, for changes that are meant
 *
 * FILE has a line for each scenario: the hash of its dull execution, one hash over WALKS random
 * executions, and its name. The same decisions must give the same history on every compiler, with
 * and without sanitizers; a difference between builds is a hole in the determinism of the
 * simulator or of core. */
#include "conformance/error.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario_text.h"
#include "fuzz/explore/strategy.h"
#include "fuzz/scenario_subject.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WALKS     200u
#define NAME_SIZE (2 * CONF_NAME_MAX)
#define ROWS_MAX  512u
#define SEED      UINT64_C(20260201)

struct row {
    uint64_t dull;
    uint64_t walks;
    char name[NAME_SIZE];
};

struct golden {
    size_t count;
    struct row row[ROWS_MAX];
};

/* fill executes one scenario and fills its row. */
static void fill(struct row *row, const struct conf_scenario *scenario, struct sim_world *world)
{
    struct fuzz_subject *subject = fuzz_scenario_subject_create(scenario, &conf_port_core);
    void *memory = calloc(1, fuzz_strategy_random.memory_size);
    struct fuzz_strategy_config config = {.seed = SEED};
    struct sim_outcome outcome;

    if (subject == NULL || memory == NULL) {
        fprintf(stderr, "golden: out of memory\n");
        exit(2);
    }
    snprintf(row->name, sizeof row->name, "%s", scenario->name);
    subject->ops->run(subject, world, &sim_source_dull, &outcome);
    row->dull = outcome.hash;
    row->walks = 0;
    fuzz_strategy_random.init(memory, &config);
    for (uint64_t i = 0; i < WALKS; i++) {
        subject->ops->run(subject, world, fuzz_strategy_random.begin(memory, i), &outcome);
        row->walks = fuzz_seed_mix(row->walks ^ outcome.hash, i);
    }
    free(memory);
    subject->ops->destroy(subject);
}

/* execute_all fills a table from scenario files; it exits when one cannot be read. */
static void execute_all(struct golden *golden, char **path, int count)
{
    struct sim_world *world = sim_world_create();
    struct conf_scenario *scenario = calloc(1, sizeof *scenario);

    if (world == NULL || scenario == NULL || count > (int)ROWS_MAX) {
        fprintf(stderr, "golden: out of memory\n");
        exit(2);
    }
    for (int i = 0; i < count; i++) {
        struct conf_decision_lines lines;
        struct conf_error error;
        char *text;
        if (!conf_scenario_read_file(path[i], fuzz_scenario_oracles(), scenario, &lines, &text,
                                     &error)) {
            char line[2048];
            conf_error_format(&error, line, sizeof line);
            fprintf(stderr, "%s\n", line);
            exit(2);
        }
        free(text);
        fill(&golden->row[golden->count++], scenario, world);
    }
    free(scenario);
    sim_world_destroy(world);
}

static bool load(struct golden *golden, const char *path)
{
    FILE *file = fopen(path, "r");
    struct row row;

    if (file == NULL) {
        fprintf(stderr, "%s: cannot be read, expected the golden hashes\n", path);
        return false;
    }
    while (golden->count < ROWS_MAX &&
           fscanf(file, "%16" SCNx64 " %16" SCNx64 " %63s", &row.dull, &row.walks, row.name) == 3) {
        golden->row[golden->count++] = row;
    }
    fclose(file);
    return true;
}

static const struct row *find(const struct golden *golden, const char *name)
{
    for (size_t i = 0; i < golden->count; i++) {
        if (strcmp(golden->row[i].name, name) == 0) {
            return &golden->row[i];
        }
    }
    return NULL;
}

/* compare prints what differs and returns how much. */
static int compare(const struct golden *want, const struct golden *got)
{
    int differences = 0;

    for (size_t i = 0; i < got->count; i++) {
        const struct row *row = &got->row[i];
        const struct row *other = find(want, row->name);
        if (other == NULL || other->dull != row->dull || other->walks != row->walks) {
            printf("%s: %016" PRIx64 " %016" PRIx64 ", ", row->name, row->dull, row->walks);
            if (other == NULL) {
                printf("expected nothing\n");
            } else {
                printf("expected %016" PRIx64 " %016" PRIx64 "\n", other->dull, other->walks);
            }
            differences++;
        }
    }
    for (size_t i = 0; i < want->count; i++) {
        if (find(got, want->row[i].name) == NULL) {
            printf("%s: gone\n", want->row[i].name);
            differences++;
        }
    }
    return differences;
}

static int update(const struct golden *golden, const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) {
        fprintf(stderr, "%s: cannot be written\n", path);
        return 2;
    }
    for (size_t i = 0; i < golden->count; i++) {
        fprintf(file, "%016" PRIx64 " %016" PRIx64 " %s\n", golden->row[i].dull,
                golden->row[i].walks, golden->row[i].name);
    }
    return fclose(file) == 0 ? 0 : 2;
}

int main(int argc, char **argv)
{
    bool updating = argc > 1 && strcmp(argv[1], "--update") == 0;
    int first = updating ? 2 : 1;
    struct golden *want = calloc(1, sizeof *want);
    struct golden *got = calloc(1, sizeof *got);
    int differences;

    if (argc < first + 2 || want == NULL || got == NULL) {
        fprintf(stderr, "usage: golden [--update] FILE SCENARIO...\n");
        return 2;
    }
    execute_all(got, argv + first + 1, argc - first - 1);
    if (updating) {
        return update(got, argv[first]);
    }
    if (!load(want, argv[first])) {
        return 2;
    }
    differences = compare(want, got);
    printf("%zu scenarios, %d differences%s\n", got->count, differences,
           differences == 0 ? "" : "; scripts/golden accepts them if they are meant");
    free(want);
    free(got);
    return differences == 0 ? 0 : 1;
}
