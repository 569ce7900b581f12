/* fact_real_native: the streams of core over native threads. See fact_real.h. */
#include "conformance/suites/fact_real.h"

#include "conformance/suites/fact_program.h"
#include "core/machine.h"

#include <stdlib.h>

/* Streams have one machine that has states; the table of all machines is not linked. */
static void observe(const struct rdy_observation *observation)
{
    if (observation->kind == RDY_OBSERVE_STATE &&
        !(rdy_channel_side_machine.next[observation->from] & RDY_TO(observation->to))) {
        fact_failed(__FILE__, __LINE__, "a legal transition");
    }
}

void fact_real_watch(void)
{
    rdy_observe = observe;
}

int fact_real_is_wine(void)
{
    return 0;
}

bool fact_set_environment(const char *name, const char *value)
{
    return setenv(name, value, 1) == 0;
}
