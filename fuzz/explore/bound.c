/* bound: cost vectors as text. */
#include "fuzz/explore/bound.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the order of the bytes of a cost vector (fakes/pick.h). */
static const char *const names[4] = {"preemptions", "reorderings", "faults", "timeouts"};

static const char *parse_part(const char *at, uint32_t *bound)
{
    for (unsigned i = 0; i < 4; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(at, names[i], length) == 0 && at[length] == '=') {
            char *end;
            unsigned long value = strtoul(at + length + 1, &end, 10);
            if (end == at + length + 1 || value > 255) {
                return NULL;
            }
            *bound |= (uint32_t)value << (8 * i);
            return end;
        }
    }
    return NULL;
}

bool fuzz_bound_parse(const char *text, uint32_t *bound, const char **expected)
{
    *bound = 0;
    for (const char *at = text;; at++) {
        at = parse_part(at, bound);
        if (at == NULL || (*at != ',' && *at != 0)) {
            *expected = "preemptions=N,reorderings=N,faults=N,timeouts=N with N up to 255";
            return false;
        }
        if (*at == 0) {
            return true;
        }
    }
}

const char *fuzz_bound_format(uint32_t bound, char out[FUZZ_BOUND_TEXT_SIZE])
{
    snprintf(out, FUZZ_BOUND_TEXT_SIZE, "%s=%u,%s=%u,%s=%u,%s=%u", names[0], bound & 0xff, names[1],
             bound >> 8 & 0xff, names[2], bound >> 16 & 0xff, names[3], bound >> 24);
    return out;
}
