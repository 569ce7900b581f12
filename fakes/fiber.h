/* fiber: a stack of its own that runs until it switches away (Boost.Context's jump_fcontext).
 *
 * Fibers are pooled by their owner: a stack is reserved once and started again for each run. A
 * fiber that is abandoned where it stands is simply started anew; nothing is unwound. */
#ifndef FAKES_FIBER_H
#define FAKES_FIBER_H

#include <stdbool.h>
#include <stddef.h>

struct sim_fiber {
    void *context;            /* where it stands, while it does not run */
    struct sim_fiber *target; /* whom it switched to last */
    const void *stack;        /* lowest usable address */
    size_t stack_size;        /* usable bytes */
    void *reserved;           /* the reservation with its guard page; NULL for the host's stack */
    void *fake_stack;         /* AddressSanitizer's, while it does not run */
    struct sim_fiber *(*body)(void *argument);
    void *argument;
    bool parked; /* its body has returned: it can be started again as it stands */
    void *twin;  /* ThreadSanitizer's idea of it */
};

/* fiber_reserve gives a fiber a stack of `size` bytes above a guard page; false if the host
 * refuses. fiber_release gives it back. */
bool fiber_reserve(struct sim_fiber *fiber, size_t size);
void fiber_release(struct sim_fiber *fiber);

/* fiber_prepare makes the next switch to `fiber` call body(argument). body returns the fiber to
 * continue when it ends, or ends by fiber_exit_to. */
void fiber_prepare(struct sim_fiber *fiber, struct sim_fiber *(*body)(void *), void *argument);

/* fiber_switch leaves `from`, which must be the running one, and continues `to`; it returns when
 * somebody switches back. */
void fiber_switch(struct sim_fiber *from, struct sim_fiber *to);

/* fiber_after_all orders what follows in the running fiber behind all that the others did, for
 * ThreadSanitizer. */
void fiber_after_all(void);

/* fiber_exit_to is the last switch of a fiber: it never returns, and its fake stack is freed. */
_Noreturn void fiber_exit_to(struct sim_fiber *from, struct sim_fiber *to);

/* fiber_adopt makes *fiber stand for the running host stack. */
void fiber_adopt(struct sim_fiber *fiber);

#endif
