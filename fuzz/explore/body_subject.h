/* body_subject: a C function as a subject: any code that calls Win32.
 *
 * The function runs as the first simulated thread, "main". Everything it creates must be gone when
 * its last thread returns (leaks are findings), and it must not keep state in static variables. */
#ifndef FUZZ_EXPLORE_BODY_SUBJECT_H
#define FUZZ_EXPLORE_BODY_SUBJECT_H

#include "fuzz/explore/subject.h"

struct fuzz_body_subject {
    struct fuzz_subject subject;
    const char *name;
    struct sim_settings settings;
    void (*body)(void *argument);
    void *argument;
};

/* fuzz_body_subject_init makes a subject of body(argument) in the caller's memory, under the
 * default settings, which the caller may change before its first use. Name and argument outlive it.
 * Nothing needs to be given back. A C body has no file format: its findings print as comments. */
void fuzz_body_subject_init(struct fuzz_body_subject *subject, const char *name,
                            void (*body)(void *argument), void *argument);

/* What subjects that run a plain function have in common; other subjects may use them. `clause`
 * knows the checks of the simulator. */
const char *fuzz_body_clause(struct fuzz_subject *subject, const char *oracle);
struct sim_names fuzz_body_names(struct fuzz_subject *subject);
void fuzz_body_history(struct fuzz_subject *subject, struct sim_world *world, FILE *out);
uint64_t fuzz_text_key(const char *text);

#endif
