/* program_subject: loads a body, runs it on fresh data. */
#include "fuzz/explore/program_subject.h"

#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/library.h"

#include <stdlib.h>
#include <string.h>

struct program_subject {
    struct fuzz_subject subject;
    struct fuzz_library *library;
    void (*body)(void);
    struct sim_settings settings;
    char *shown;
};

static struct program_subject *program_of(struct fuzz_subject *subject)
{
    return (struct program_subject *)subject; /* its first member */
}

static void call_body(void *argument)
{
    struct program_subject *program = argument;

    program->body();
}

static void program_run(struct fuzz_subject *subject, struct sim_world *world,
                        struct sim_source *source, struct sim_outcome *outcome)
{
    struct program_subject *program = program_of(subject);

    fuzz_library_restore(program->library);
    sim_world_run(world, &program->settings, source, call_body, program, outcome);
}

static void program_print(struct fuzz_subject *subject, const struct sim_decision *item,
                          uint32_t count, FILE *out)
{
    struct sim_names names = fuzz_body_names(subject);

    fprintf(out, "program %s\n", program_of(subject)->shown);
    if (count == 0) {
        return;
    }
    fprintf(out, "decisions %u\n", count);
    for (uint32_t i = 0; i < count; i++) {
        char line[256];
        sim_decision_format(&item[i], &names, line, sizeof line);
        fprintf(out, "  %s\n", line);
    }
    fprintf(out, "end\n");
}

/* program_key leaves out the directory, so that a finding has one name everywhere. */
static uint64_t program_key(struct fuzz_subject *subject)
{
    const char *shown = program_of(subject)->shown;
    const char *slash = strrchr(shown, '/');

    return fuzz_text_key(slash == NULL ? shown : slash + 1);
}

static void program_destroy(struct fuzz_subject *subject)
{
    struct program_subject *program = program_of(subject);

    fuzz_library_close(program->library);
    free(program->shown);
    free(program);
}

/* fill_program finds what the library exports; false when it is no program. */
static bool fill_program(struct program_subject *program, const char *path, char *message,
                         size_t size)
{
    void *symbol;
    const struct sim_settings *settings;

    program->library = fuzz_library_open(path, message, size);
    if (program->library == NULL) {
        return false;
    }
    symbol = fuzz_library_symbol(program->library, FUZZ_PROGRAM_SYMBOL);
    if (symbol == NULL) {
        snprintf(message, size,
                 "%s: no symbol " FUZZ_PROGRAM_SYMBOL ", expected void " FUZZ_PROGRAM_SYMBOL
                 "(void)",
                 path);
        return false;
    }
    memcpy(&program->body, &symbol, sizeof symbol);
    settings = fuzz_library_symbol(program->library, FUZZ_PROGRAM_SETTINGS);
    if (settings != NULL) {
        program->settings = *settings;
    }
    return true;
}

struct fuzz_subject *fuzz_program_subject_create(const char *path, const char *shown, char *message,
                                                 size_t size)
{
    static struct fuzz_subject_ops ops;
    struct fuzz_body_subject plain;
    struct program_subject *program = calloc(1, sizeof *program);

    if (program == NULL) {
        snprintf(message, size, "out of memory");
        return NULL;
    }
    fuzz_body_subject_init(&plain, shown, NULL, NULL);
    ops = *plain.subject.ops; /* what is not said here is as for any body */
    ops.run = program_run;
    ops.print = program_print;
    ops.key = program_key;
    ops.destroy = program_destroy;
    program->subject.ops = &ops;
    program->shown = strdup(shown);
    if (program->shown == NULL || !fill_program(program, path, message, size)) {
        program_destroy(&program->subject);
        return NULL;
    }
    return &program->subject;
}
