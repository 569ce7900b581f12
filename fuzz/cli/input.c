/* input: files to subjects. */
#include "fuzz/cli/input.h"

#include "conformance/error.h"
#include "conformance/port_load.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario_text.h"
#include "fuzz/decision_lines.h"
#include "fuzz/explore/program_subject.h"
#include "fuzz/explore/realign.h"
#include "fuzz/program_file.h"
#include "fuzz/scenario_subject.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ERROR_LINE_SIZE 2048

static bool complain(const struct conf_error *error)
{
    char line[ERROR_LINE_SIZE];

    conf_error_format(error, line, sizeof line);
    fprintf(stderr, "%s\n", line);
    return false;
}

static bool has_suffix(const char *text, const char *suffix)
{
    size_t length = strlen(text);
    size_t end = strlen(suffix);

    return length >= end && strcmp(text + length - end, suffix) == 0;
}

/* read_decisions parses the lines of a decisions block under the subject's thread names. */
static bool read_decisions(struct cli_input *input, const struct conf_decision_lines *lines,
                           struct conf_error *error)
{
    struct sim_names names = input->subject->ops->names(input->subject);

    input->item = fuzz_decision_lines_read(lines, &names, input->path, &input->count, error);
    return input->item != NULL;
}

static bool load_scenario(struct cli_input *input, const struct conf_port *port, const char *text,
                          size_t size, struct conf_error *error)
{
    struct conf_decision_lines lines;
    struct conf_scenario *scenario = calloc(1, sizeof *scenario);
    bool good =
        scenario != NULL && conf_scenario_read(text, size, input->path, fuzz_scenario_oracles(),
                                               scenario, &lines, error);

    if (good) {
        input->subject = fuzz_scenario_subject_create(scenario, port);
        good = input->subject != NULL && read_decisions(input, &lines, error);
    }
    if (good) {
        input->scenario = fuzz_scenario_subject_of(input->subject);
    }
    free(scenario);
    return good;
}

/* load_library loads the program at `path` as a subject that its file names `shown`. */
static bool load_library(struct cli_input *input, const char *path, const char *shown,
                         struct conf_error *error)
{
    char message[512];

    input->subject = fuzz_program_subject_create(path, shown, message, sizeof message);
    if (input->subject == NULL) {
        conf_error_set(error, input->path, 0, 0,
                       "a shared library that exports void " FUZZ_PROGRAM_SYMBOL "(void)", "%s",
                       message);
        return false;
    }
    input->library = realpath(path, NULL);
    return input->library != NULL;
}

/* load_operand loads a library given by itself. Its findings may be saved anywhere, so they name it
 * by its full path. */
static bool load_operand(struct cli_input *input, const char *path, struct conf_error *error)
{
    char *whole = realpath(path, NULL);
    bool good = false;

    if (whole == NULL) {
        conf_error_set(error, path, 0, 0, "a shared library", "%s", strerror(errno));
    } else {
        good = load_library(input, whole, whole, error);
    }
    free(whole);
    return good;
}

/* load_named loads the library that a program file names: a relative path starts at the directory
 * of that file. */
static bool load_named(struct cli_input *input, const char *path, struct conf_error *error)
{
    char whole[2 * FUZZ_PROGRAM_PATH_SIZE];
    const char *slash = strrchr(input->path, '/');
    int directory = slash == NULL || path[0] == '/' ? 0 : (int)(slash - input->path + 1);

    /* Without a slash the loader would search elsewhere. */
    snprintf(whole, sizeof whole, "%s%.*s%s",
             directory == 0 && strchr(path, '/') == NULL ? "./" : "", directory, input->path, path);
    return load_library(input, whole, path, error);
}

static bool load_program_file(struct cli_input *input, const char *text, size_t size,
                              struct conf_error *error)
{
    struct fuzz_program_file file;

    return fuzz_program_file_read(text, size, input->path, &file, error) &&
           load_named(input, file.path, error) && read_decisions(input, &file.decisions, error);
}

bool cli_input_load(struct cli_input *input, const char *path, const struct conf_port *port)
{
    struct conf_error error = {.file = ""};
    char *text;
    size_t size;
    bool good;

    memset(input, 0, sizeof *input);
    input->path = path;
    if (has_suffix(path, ".so")) {
        return load_operand(input, path, &error) || complain(&error);
    }
    if (!cli_file_read(path, CONF_FILE_SIZE_MAX, &text, &size)) {
        return false;
    }
    good = fuzz_program_file_is(text, size) ? load_program_file(input, text, size, &error)
                                            : load_scenario(input, port, text, size, &error);
    free(text);
    if (!good) {
        cli_input_unload(input);
        return complain(&error);
    }
    return true;
}

void cli_input_unload(struct cli_input *input)
{
    if (input->subject != NULL) {
        input->subject->ops->destroy(input->subject);
    }
    free(input->item);
    free(input->library);
    memset(input, 0, sizeof *input);
}

bool cli_input_realign(struct cli_input *input)
{
    struct fuzz_realigned realigned;

    if (!fuzz_realign(input->subject, input->item, &input->count, &realigned)) {
        return false;
    }
    if (realigned.moved > 0) {
        fprintf(stderr, "%s: %u decisions were found at other steps than they were made at\n",
                input->path, realigned.moved);
    }
    if (realigned.dropped > 0) {
        fprintf(stderr, "%s: %u decisions do not fit and were skipped, the first is number %u\n",
                input->path, realigned.dropped, realigned.first_dropped + 1);
    }
    return true;
}

const struct conf_port *cli_port_load(const struct cli_verb *verb, const char *path)
{
    struct conf_port_library library;
    char message[512];

    if (path == NULL) {
        return &conf_port_core;
    }
    if (!conf_port_open(&library, path, message, sizeof message)) {
        cli_complain(verb, "--port: %s, expected a shared library with a port", message);
        return NULL;
    }
    if (library.port->world != CONF_WORLD_SIMULATED) {
        cli_complain(verb, "--port: %s: not for the simulated world, expected one that is", path);
        conf_port_close(&library);
        return NULL;
    }
    return library.port;
}
