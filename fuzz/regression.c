/* regression: text to verdict. */
#include "fuzz/regression.h"

#include "conformance/port_load.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario_text.h"
#include "fuzz/decision_lines.h"
#include "fuzz/explore/playback.h"
#include "fuzz/scenario_subject.h"

#include <stdlib.h>
#include <string.h>

#define FILE_NAME "program"

const struct conf_port *fuzz_regression_port(int argc, char **argv)
{
    struct conf_port_library library; /* stays loaded */
    char message[512];

    if (argc < 2) {
        return &conf_port_core;
    }
    if (!conf_port_open(&library, argv[1], message, sizeof message)) {
        fprintf(stderr, "%s: %s, expected a shared library with a port\n", argv[1], message);
        return NULL;
    }
    return library.port;
}

/* play executes the subject and writes the verdict. */
static bool play(struct fuzz_subject *subject, const struct sim_decision *item, uint32_t count,
                 char *verdict)
{
    struct fuzz_report report;

    if (!fuzz_play(subject, item, count, true, NULL, NULL, &report)) {
        snprintf(verdict, FUZZ_REGRESSION_VERDICT_SIZE, "the host refuses memory or a process");
        return false;
    }
    if (report.oracle[0] == '\0') {
        snprintf(verdict, FUZZ_REGRESSION_VERDICT_SIZE, "nothing was found");
        return true;
    }
    snprintf(verdict, FUZZ_REGRESSION_VERDICT_SIZE, "%s (%s): %s", report.oracle,
             subject->ops->clause(subject, report.oracle), report.message);
    return false;
}

bool fuzz_regression_passes(const struct conf_port *port, const char *text,
                            char verdict[FUZZ_REGRESSION_VERDICT_SIZE])
{
    struct conf_scenario *scenario = calloc(1, sizeof *scenario);
    struct fuzz_subject *subject = NULL;
    struct sim_decision *item = NULL;
    struct conf_decision_lines lines;
    struct conf_error error = {.file = FILE_NAME, .message = "out of memory"};
    uint32_t count = 0;
    bool passes = false;

    if (scenario != NULL && conf_scenario_read(text, strlen(text), FILE_NAME,
                                               fuzz_scenario_oracles(), scenario, &lines, &error)) {
        subject = fuzz_scenario_subject_create(scenario, port);
    }
    if (subject != NULL) {
        struct sim_names names = subject->ops->names(subject);
        item = fuzz_decision_lines_read(&lines, &names, FILE_NAME, &count, &error);
    }
    if (item != NULL) {
        passes = play(subject, item, count, verdict);
    } else {
        conf_error_format(&error, verdict, FUZZ_REGRESSION_VERDICT_SIZE);
    }
    free(item);
    if (subject != NULL) {
        subject->ops->destroy(subject);
    }
    free(scenario);
    return passes;
}
