/* outcome_set: what executions of a scenario came to, as texts, and how often each was seen. */
#ifndef FUZZ_OUTCOME_SET_H
#define FUZZ_OUTCOME_SET_H

#include <stdbool.h>
#include <stdint.h>

#define FUZZ_OUTCOME_SET_MAX 512u

/* Zeroed memory is an empty set. */
struct fuzz_outcome_set {
    uint32_t count; /* in the order of their texts */
    struct {
        char *text; /* owned */
        uint64_t seen;
    } item[FUZZ_OUTCOME_SET_MAX];
};

/* fuzz_outcome_set_add counts an outcome `seen` times, perhaps 0; false when there are too many, or
 * no memory. */
bool fuzz_outcome_set_add(struct fuzz_outcome_set *set, const char *text, uint64_t seen);

/* fuzz_outcome_set_has finds one. */
bool fuzz_outcome_set_has(const struct fuzz_outcome_set *set, const char *text);

/* fuzz_outcome_set_clear empties the set and gives its memory back. */
void fuzz_outcome_set_clear(struct fuzz_outcome_set *set);

#endif
