/* regression: text to verdict. */
#include "fuzz/regression.h"

#include "conformance/port_load.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario_text.h"
#include "fuzz/decision_lines.h"
#include "fuzz/explore/playback.h"
#include "fuzz/explore/program_subject.h"
#include "fuzz/explore/realign.h"
#include "fuzz/program_file.h"
#include "fuzz/scenario_subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME    "program"
#define MESSAGE_SIZE 512

/* What is executed, and the lines of its decisions, which are slices of the text. */
struct regression {
    struct fuzz_subject *subject;
    struct conf_decision_lines lines;
    char *verdict;
};

static void say(const struct regression *regression, const char *what, const char *expected)
{
    snprintf(regression->verdict, FUZZ_REGRESSION_VERDICT_SIZE, "%s%s%s", what,
             expected[0] == '\0' ? "" : ", expected ", expected);
}

static void say_error(const struct regression *regression, const struct conf_error *error)
{
    conf_error_format(error, regression->verdict, FUZZ_REGRESSION_VERDICT_SIZE);
}

/* ---- from text to subject ---- */

/* find_port returns the port of a scenario; it stays loaded. */
static const struct conf_port *find_port(const struct regression *regression, const char *path)
{
    struct conf_port_library library;
    char message[MESSAGE_SIZE];

    if (path == NULL) {
        return &conf_port_core;
    }
    if (!conf_port_open(&library, path, message, sizeof message)) {
        say(regression, message, "a shared library with a port");
        return NULL;
    }
    return library.port;
}

static bool load_scenario(struct regression *regression, const char *text, const char *library)
{
    const struct conf_port *port = find_port(regression, library);
    struct conf_scenario *scenario = calloc(1, sizeof *scenario);
    struct conf_error error = {.file = FILE_NAME, .message = "out of memory"};
    bool good = port != NULL && scenario != NULL;

    if (good && !conf_scenario_read(text, strlen(text), FILE_NAME, fuzz_scenario_oracles(),
                                    scenario, &regression->lines, &error)) {
        say_error(regression, &error);
        good = false;
    }
    if (good) {
        regression->subject = fuzz_scenario_subject_create(scenario, port);
    }
    free(scenario);
    return regression->subject != NULL;
}

static bool load_program(struct regression *regression, const char *text, const char *library)
{
    struct fuzz_program_file file;
    struct conf_error error;
    char message[MESSAGE_SIZE];

    if (!fuzz_program_file_read(text, strlen(text), FILE_NAME, &file, &error)) {
        say_error(regression, &error);
        return false;
    }
    regression->lines = file.decisions;
    regression->subject = fuzz_program_subject_create(library == NULL ? file.path : library,
                                                      file.path, message, sizeof message);
    if (regression->subject == NULL) {
        say(regression, message,
            "a shared library that exports void " FUZZ_PROGRAM_SYMBOL "(void)");
        return false;
    }
    return true;
}

/* ---- from subject to verdict ---- */

static bool play(const struct regression *regression, struct sim_decision *item, uint32_t count)
{
    struct fuzz_subject *subject = regression->subject;
    struct fuzz_realigned realigned;
    struct fuzz_report report;

    if (!fuzz_realign(subject, item, &count, &realigned) ||
        !fuzz_play(subject, item, count, true, NULL, NULL, &report)) {
        say(regression, "the host refuses memory or a process", "");
        return false;
    }
    if (report.oracle[0] == '\0') {
        say(regression, "nothing was found", "");
        return true;
    }
    snprintf(regression->verdict, FUZZ_REGRESSION_VERDICT_SIZE, "%s (%s): %s", report.oracle,
             subject->ops->clause(subject, report.oracle), report.message);
    return false;
}

static bool run(const struct regression *regression)
{
    struct sim_names names = regression->subject->ops->names(regression->subject);
    struct conf_error error = {.file = FILE_NAME, .message = "out of memory"};
    uint32_t count = 0;
    struct sim_decision *item =
        fuzz_decision_lines_read(&regression->lines, &names, FILE_NAME, &count, &error);
    bool passes = false;

    if (item != NULL) {
        passes = play(regression, item, count);
    } else {
        say_error(regression, &error);
    }
    free(item);
    return passes;
}

bool fuzz_regression_passes(const char *text, const char *library,
                            char verdict[FUZZ_REGRESSION_VERDICT_SIZE])
{
    struct regression regression = {.verdict = verdict};
    bool is_program = fuzz_program_file_is(text, strlen(text));
    bool passes = false;

    say(&regression, "out of memory", "");
    if (is_program ? load_program(&regression, text, library)
                   : load_scenario(&regression, text, library)) {
        passes = run(&regression);
    }
    if (regression.subject != NULL) {
        regression.subject->ops->destroy(regression.subject);
    }
    return passes;
}
