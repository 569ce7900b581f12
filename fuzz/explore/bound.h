/* bound: limits on cost vectors, and their text: "preemptions=2,reorderings=2,faults=1,timeouts=1".
 */
#ifndef FUZZ_EXPLORE_BOUND_H
#define FUZZ_EXPLORE_BOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FUZZ_BOUND_TEXT_SIZE 80u

/* fuzz_bound_allows tells whether a cost vector is within a bound: in each component. */
static inline bool fuzz_bound_allows(uint32_t bound, uint32_t cost)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        if ((cost >> shift & 0xff) > (bound >> shift & 0xff)) {
            return false;
        }
    }
    return true;
}

/* fuzz_bound_parse reads a bound; components that are not named are 0. On failure *expected (a
 * static string) says what was wanted. */
bool fuzz_bound_parse(const char *text, uint32_t *bound, const char **expected);

/* fuzz_bound_format writes a bound in the same form, all components, and returns `out`. */
const char *fuzz_bound_format(uint32_t bound, char out[FUZZ_BOUND_TEXT_SIZE]);

#endif
