/* oracle_object: reference-leak, reference-underflow, illegal-transition, memory-leak.
 *
 * They judge what the port tells of its inside (conf_port.observe); ports that tell nothing are
 * only judged by memory-leak. An accepted request holds one reference until its packet has been
 * processed, so at each dispatch a request has at least one more reference than the kernel holds of
 * it; when everything has settled the two agree; after the last drop there is nothing left. */
#ifndef CONFORMANCE_ORACLE_OBJECT_H
#define CONFORMANCE_ORACLE_OBJECT_H

#include "conformance/oracle.h"

void conf_see_reference_leak(struct conf_judge *judge, const struct conf_record *record);
void conf_see_reference_underflow(struct conf_judge *judge, const struct conf_record *record);
void conf_see_illegal_transition(struct conf_judge *judge, const struct conf_record *record);
void conf_see_memory_leak(struct conf_judge *judge, const struct conf_record *record);

#endif
