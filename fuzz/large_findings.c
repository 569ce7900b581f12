/* large_findings: two programs that are larger than their bugs. */
#include "fuzz/large_findings.h"

#include "conformance/ports/port_broken.h"
#include "conformance/scenario_text.h"
#include "fuzz/explore/examples/examples.h"
#include "fuzz/scenario_subject.h"

#include <stdlib.h>
#include <string.h>

#define SEEDS_MAX       200u /* walks that stay on their thread leave few decisions */
#define EXECUTIONS_MAX  2000u
#define SCENARIO_SIZE   4096u
#define SCENARIO_PAIRS  4  /* of threads, each with a pipe */
#define SCENARIO_ROUNDS 10 /* of bytes to and fro */

/* find looks for a finding with many decisions, seed after seed. */
static bool find(struct fuzz_large_finding *large)
{
    for (uint64_t seed = 1; seed <= SEEDS_MAX; seed++) {
        struct fuzz_search_options options = {.strategy = &fuzz_strategy_random,
                                              .config = {.seed = seed},
                                              .executions_max = EXECUTIONS_MAX,
                                              .raw = true};
        fuzz_search(large->subject, &options, &large->result);
        if (large->result.broken) {
            return false;
        }
        if (large->result.finding_count == 1 &&
            large->result.finding[0].count >= FUZZ_LARGE_DECISIONS) {
            large->finding = &large->result.finding[0];
            return true;
        }
        fuzz_search_result_deinit(&large->result);
        memset(&large->result, 0, sizeof large->result);
    }
    return false;
}

bool fuzz_large_update(struct fuzz_large_finding *large)
{
    memset(large, 0, sizeof *large);
    fuzz_body_subject_init(&large->body, "lost-in-noise", example_lost_in_noise, NULL);
    large->subject = &large->body.subject;
    return find(large);
}

/* write_scenario writes a program in which pairs of threads send bytes to and fro. */
static void write_scenario(FILE *out)
{
    fprintf(out, "scenario large\nsource P poll\n");
    for (int i = 0; i < SCENARIO_PAIRS; i++) {
        fprintf(out, "source S%d pipe-server name=p%d\nsource C%d raw-pipe-client name=p%d\n", i, i,
                i, i);
    }
    for (int i = 0; i < SCENARIO_PAIRS; i++) {
        fprintf(out, "thread A%d\n  register S%d in P token=%d interest=rw\n  connect S%d\n", i, i,
                i + 1, i);
        for (int k = 0; k < SCENARIO_ROUNDS; k++) {
            fprintf(out, "  write S%d 8\n  read S%d 8\n", i, i);
        }
        fprintf(out, "thread B%d\n  open C%d\n", i, i);
        for (int k = 0; k < SCENARIO_ROUNDS; k++) {
            fprintf(out, "  write C%d 8\n", i);
        }
    }
}

bool fuzz_large_drop(struct fuzz_large_finding *large)
{
    char text[SCENARIO_SIZE] = "";
    struct conf_scenario *scenario = malloc(sizeof *scenario);
    struct conf_error error;
    FILE *out = fmemopen(text, sizeof text, "w");
    bool good = out != NULL && scenario != NULL;

    memset(large, 0, sizeof *large);
    if (out != NULL) {
        write_scenario(out);
        good = fclose(out) == 0 && good;
    }
    good = good && conf_scenario_read(text, strlen(text), "large", NULL, scenario, NULL, &error);
    if (good) {
        large->subject = fuzz_scenario_subject_create(scenario, conf_port_broken("no-drop"));
    }
    free(scenario);
    return large->subject != NULL && find(large);
}

void fuzz_large_finding_deinit(struct fuzz_large_finding *large)
{
    fuzz_search_result_deinit(&large->result);
    if (large->subject != NULL && large->subject != &large->body.subject) {
        large->subject->ops->destroy(large->subject);
    }
}
