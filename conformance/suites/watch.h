/* watch: checks what core tells of itself (core/observe.h) while a fact runs in the simulated
 * world.
 *
 * Each transition is one of its machine's list; a request's reference is taken before it is
 * submitted and given back once; a packet finds exactly one reference and nothing else of its
 * request in flight; when the body has ended nothing lives and nothing is referenced. */
#ifndef CONFORMANCE_SUITES_WATCH_H
#define CONFORMANCE_SUITES_WATCH_H

/* watch_begin forgets everything and starts to observe. */
void watch_begin(void);

/* watch_end fails the fact if anything that core created is left. From within the world. */
void watch_end(void);

#endif
