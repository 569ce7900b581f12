/* step_name: looks a thread up by what it is called. */
#include "fuzz/explore/step_name.h"

#include <stdlib.h>
#include <string.h>

#define THREADS_MAX 256u /* the ordinals that an actor's id can hold */

bool fuzz_step_name_parse(const char *text, const struct sim_names *names,
                          struct fuzz_step_name *name)
{
    const char *sign = strrchr(text, '#');
    size_t length = sign == NULL ? 0 : (size_t)(sign - text);
    char thread[128];
    char *end;
    unsigned long step;

    if (length == 0 || sign[1] < '0' || sign[1] > '9') {
        return false;
    }
    step = strtoul(sign + 1, &end, 10);
    if (*end != '\0' || step == 0 || step > UINT32_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < THREADS_MAX; i++) {
        if (sim_actor_format(i, names, thread, sizeof thread) == length &&
            memcmp(thread, text, length) == 0) {
            *name = (struct fuzz_step_name){.thread = i, .step = (uint32_t)step};
            return true;
        }
    }
    return false;
}
