/* scenario_bytes: fuzz input as a scenario and back.
 *
 * Any bytes decode to a legal scenario and a tail of decision bytes, each of which is consumed by
 * one choice of the simulated world. Zero bytes, and bytes that are not there, mean the boring
 * thing. The format is the table "Bytes" of SCENARIO.md. */
#ifndef CONFORMANCE_SCENARIO_BYTES_H
#define CONFORMANCE_SCENARIO_BYTES_H

#include "conformance/scenario.h"

#include <stddef.h>
#include <stdint.h>

/* What a fuzz target is about: each has its own header and verbs, so that none of its bytes is
 * wasted on sources it never uses. */
enum conf_bytes_profile {
    CONF_BYTES_NAMED_PIPE, /* polls, wakers, pipe ends */
    CONF_BYTES_DUPLEX,     /* streams in memory, tasks, a poll */
    CONF_BYTES_SOCKETS,    /* polls, a waker, sockets, user-made sources: what they transfer */
    CONF_BYTES_SELECTOR,   /* the same: registering them */
    CONF_BYTES_PROFILE_COUNT
};

/* conf_bytes_profile_of returns the profile that has the kinds of source the scenario declares. Its
 * targets are called conf_bytes_profile_name[profile], and so are their folders in corpus/. */
extern const char *const conf_bytes_profile_name[CONF_BYTES_PROFILE_COUNT];
enum conf_bytes_profile conf_bytes_profile_of(const struct conf_scenario *scenario);

#define CONF_BYTES_VERBS_MAX 64  /* verbs of one input */
#define CONF_BYTES_SIZE_MAX  256 /* bytes of an encoded scenario without its tail */

/* conf_bytes_decode fills *out, and points *tail at the decision bytes inside `data`. It touches
 * only the parts of *out that the scenario uses; the rest keeps what it had, so compare with
 * conf_scenario_equal. Never fails, never allocates. Any thread. */
void conf_bytes_decode(enum conf_bytes_profile profile, const uint8_t *data, size_t size,
                       struct conf_scenario *out, const uint8_t **tail, size_t *tail_size);

/* conf_bytes_encode writes the bytes that decode to `scenario`, followed by `tail`, and returns
 * their number. Not carried, since no execution depends on them: names, about, labels, outcome,
 * allow, forbid, and the order in which sources of different kinds are declared.
 *
 * It returns 0 when something else has no place in the bytes; *missing then says what (a static
 * string). It also returns 0, with *missing "room", when `capacity` is too small:
 * CONF_BYTES_SIZE_MAX + tail_size always suffices. */
size_t conf_bytes_encode(enum conf_bytes_profile profile, const struct conf_scenario *scenario,
                         const uint8_t *tail, size_t tail_size, uint8_t *out, size_t capacity,
                         const char **missing);

#endif
