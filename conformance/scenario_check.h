/* scenario_check: what makes a scenario legal.
 *
 * The reader refuses what breaks a rule, the byte decoder never makes it, and the runner may rely
 * on every rule. */
#ifndef CONFORMANCE_SCENARIO_CHECK_H
#define CONFORMANCE_SCENARIO_CHECK_H

#include "conformance/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_NO_VERB         UINT16_MAX
#define CONF_THREAD_RESERVED "main" /* the runner's own thread in decisions and pictures */

/* The first rule a scenario breaks. */
struct conf_breach {
    uint16_t verb; /* index of the verb at fault, CONF_NO_VERB when it is none */
    const char *message;
    const char *expected;
};

/* conf_scenario_check tells whether a scenario is legal; if not, *breach (may be NULL) says why.
 * Any thread. */
bool conf_scenario_check(const struct conf_scenario *scenario, struct conf_breach *breach);

/* conf_title_is_legal tells whether the name of a scenario has the right form and fits. */
bool conf_title_is_legal(const char *text, size_t length);
/* conf_name_is_legal tells whether a name of sources, threads, pipes or labels has the right form
 * and fits CONF_NAME_MAX. */
bool conf_name_is_legal(const char *text, size_t length);
/* conf_id_is_legal tells the same of the id of an oracle: small letters, digits and hyphens. */
bool conf_id_is_legal(const char *text, size_t length);

#endif
