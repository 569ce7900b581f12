/* decision_text: one recorded decision as a line of text and back.
 *
 *   after T1 ReadFile#3 run T2          T2 runs next, once T1 has done its 3rd step, a ReadFile
 *   at T1 CancelIoEx#5 cancel later     T1's 5th step, a CancelIoEx, ends later
 *   at T2 GetQueuedCompletionStatusEx#1 batch 1
 *
 * Actors are thread names (or "main", "t1", "t2" ... without names), and kernel actions
 * cancel(T1#5), result(T1#5), timer(T1#5), segment(T1#5), named by the step that issued the
 * request. The grammar is in conformance/SCENARIO.md. */
#ifndef FAKES_DECISION_TEXT_H
#define FAKES_DECISION_TEXT_H

#include "fakes/pick.h"

/* Names of the simulated threads by ordinal; count 0 for the default names. */
struct sim_names {
    const char *const *name;
    uint32_t count;
};

/* sim_decision_format writes a decision without newline and returns its length (cut at size). */
size_t sim_decision_format(const struct sim_decision *decision, const struct sim_names *names,
                           char *out, size_t size);

/* sim_decision_parse reads one line of `length` characters. On success it returns true and fills
 * *decision (index and count are 0: text has none). Otherwise *column (from 1) and *expected (a
 * static string) say where it stopped and what it wanted. */
bool sim_decision_parse(const char *line, size_t length, const struct sim_names *names,
                        struct sim_decision *decision, size_t *column, const char **expected);

/* sim_actor_format writes an actor's name and returns its length. */
size_t sim_actor_format(sim_actor_id actor, const struct sim_names *names, char *out, size_t size);

#endif
