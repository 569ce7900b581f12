/* outcome_set: found by halves. */
#include "fuzz/outcome_set.h"

#include <stdlib.h>
#include <string.h>

/* The place of a text, or where it would be. */
static uint32_t place_of(const struct fuzz_outcome_set *set, const char *text, bool *there)
{
    uint32_t low = 0, high = set->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(set->item[middle].text, text);
        if (order == 0) {
            *there = true;
            return middle;
        }
        low = order < 0 ? middle + 1 : low;
        high = order < 0 ? high : middle;
    }
    *there = false;
    return low;
}

bool fuzz_outcome_set_add(struct fuzz_outcome_set *set, const char *text, uint64_t seen)
{
    bool there;
    uint32_t at = place_of(set, text, &there);

    if (!there) {
        char *copy = set->count == FUZZ_OUTCOME_SET_MAX ? NULL : strdup(text);
        if (copy == NULL) {
            return false;
        }
        memmove(&set->item[at + 1], &set->item[at], (set->count - at) * sizeof set->item[0]);
        set->item[at].text = copy;
        set->item[at].seen = 0;
        set->count++;
    }
    set->item[at].seen += seen;
    return true;
}

bool fuzz_outcome_set_has(const struct fuzz_outcome_set *set, const char *text)
{
    bool there;

    (void)place_of(set, text, &there);
    return there;
}

void fuzz_outcome_set_clear(struct fuzz_outcome_set *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        free(set->item[i].text);
    }
    set->count = 0;
}
