/* fact_real_win32: Windows, or Wine. See fact_real.h. */
#include "conformance/suites/fact_real.h"

#include "conformance/suites/fact_program.h"
#include "core/observe.h"
#include "core/win32.h"

#include <stdio.h>
#include <stdlib.h>

#define SETTING_MAX 2048

static void observe(const struct rdy_observation *observation)
{
    if (observation->kind == RDY_OBSERVE_STATE &&
        !rdy_transition_is_legal(observation->machine, observation->from, observation->to)) {
        fact_failed(__FILE__, __LINE__, "a legal transition");
    }
}

void fact_real_watch(void)
{
    rdy_observe = observe;
}

int fact_real_is_wine(void)
{
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}

bool fact_set_environment(const char *name, const char *value)
{
    char setting[SETTING_MAX];
    return snprintf(setting, sizeof setting, "%s=%s", name, value) < SETTING_MAX &&
           _putenv(setting) == 0;
}
