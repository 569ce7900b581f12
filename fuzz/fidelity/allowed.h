/* allowed: does the simulator allow an outcome that a real world showed?
 *
 * It searches for a schedule that ends so. An execution is given up at its first verb that ends
 * differently, so most cost little; what is found is a proof, what is not found is a suspicion
 * unless every schedule was tried. */
#ifndef FUZZ_FIDELITY_ALLOWED_H
#define FUZZ_FIDELITY_ALLOWED_H

#include "conformance/outcome.h"
#include "conformance/port.h"
#include "conformance/scenario.h"

#include <stdint.h>

struct fidelity_search;

enum fidelity_answer {
    FIDELITY_ALLOWED,
    FIDELITY_NOT_FOUND, /* within the executions granted */
    FIDELITY_EXCLUDED,  /* no schedule within the bound of two preemptions ends so */
    FIDELITY_UNMODELLED /* the simulator cannot say */
};

/* fidelity_search_create makes a searcher on a port of the simulated world; NULL when there is no
 * memory. The caller gives it back. It belongs to one thread. */
struct fidelity_search *fidelity_search_create(const struct conf_port *port);
void fidelity_search_destroy(struct fidelity_search *search);

/* fidelity_allows answers for one outcome, with at most about `executions` executions. */
enum fidelity_answer fidelity_allows(struct fidelity_search *search,
                                     const struct conf_scenario *scenario,
                                     const struct conf_outcome *wanted, uint64_t executions);

/* fidelity_executions returns how many executions all answers have cost. */
uint64_t fidelity_executions(const struct fidelity_search *search);

#endif
