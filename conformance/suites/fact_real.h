/* fact_real: what real worlds differ in, for fact_real.c. */
#ifndef CONFORMANCE_SUITES_FACT_REAL_H
#define CONFORMANCE_SUITES_FACT_REAL_H

/* fact_real_watch sees to it that the state machines of core go only where they may. */
void fact_real_watch(void);

/* fact_real_is_wine tells whether this is Wine. */
int fact_real_is_wine(void);

#endif
