/* event_text: what the simulator's log entries say, in few words, and in whose column they stand.
 *
 * Entries of a harness are its subject's to tell (fuzz_subject_ops.event_text). */
#ifndef FUZZ_EXPLORE_EVENT_TEXT_H
#define FUZZ_EXPLORE_EVENT_TEXT_H

#include "fakes/log.h"

#define FUZZ_EVENT_OBJECTS_MAX 512u /* objects whose type is remembered */
#define FUZZ_EVENT_NAMES_MAX   32u  /* objects whose name is */
#define FUZZ_EVENT_NAME_SIZE   24u

enum fuzz_event_place {
    FUZZ_PLACE_NONE,      /* needs no words */
    FUZZ_PLACE_ACTOR,     /* the thread that acts, or the kernel if the kernel does */
    FUZZ_PLACE_CONTINUED, /* the same, behind the text of the step it belongs to */
    FUZZ_PLACE_KERNEL,
    FUZZ_PLACE_PORT
};

/* What was learnt from earlier entries of the same log. All zero at its beginning. */
struct fuzz_event_texts {
    uint8_t object_type[FUZZ_EVENT_OBJECTS_MAX]; /* by ordinal */
    uint32_t name_count;
    uint32_t named[FUZZ_EVENT_NAMES_MAX]; /* ordinals */
    char name[FUZZ_EVENT_NAMES_MAX][FUZZ_EVENT_NAME_SIZE];
};

/* fuzz_event_text writes the words for an entry and returns where they belong. Entries are given in
 * the order of the log. */
enum fuzz_event_place fuzz_event_text(struct fuzz_event_texts *texts, const struct sim_event *event,
                                      char *out, size_t size);

/* fuzz_event_name gives a kernel object the name that a harness knows it by; objects without a name
 * are told by type and ordinal. Later ones of the same name are told apart. */
void fuzz_event_name(struct fuzz_event_texts *texts, uint32_t object, const char *name);

/* fuzz_event_is_refusal tells whether an entry says that a call failed at once: a request that the
 * same step submitted is over. */
bool fuzz_event_is_refusal(const struct sim_event *event);

/* fuzz_event_is_quiet tells whether an entry is a step that only guards data of the subject itself,
 * without blocking. */
bool fuzz_event_is_quiet(const struct sim_event *event);

#endif
