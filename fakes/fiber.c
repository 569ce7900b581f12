/* fiber: pooled stacks over Boost.Context, with sanitizer annotations. */
#include "fakes/fiber.h"

#include "fakes/fiber_jump.h"
#include "fakes/host.h"
#include "fakes/sanitizer.h"

#include <stdint.h>
#include <stdlib.h>

/* What orders the executions of one host thread for ThreadSanitizer: all that fibers did comes
 * before the host's next step, and all that the host did before theirs. */
#define HOST_CELL  UINT64_C(1)
#define FIBER_CELL UINT64_C(2)

#if SIM_TSAN
uint64_t sanitizer_cell[SANITIZER_CELLS];
#endif

#define GUARD_SIZE ((size_t)4096)

bool fiber_reserve(struct sim_fiber *fiber, size_t size)
{
    char *memory = host_reserve(size + GUARD_SIZE);
    if (memory == NULL) {
        return false;
    }
    host_protect(memory, GUARD_SIZE);
    *fiber = (struct sim_fiber){
        .reserved = memory,
        .stack = memory + GUARD_SIZE,
        .stack_size = size,
    };
    return true;
}

void fiber_release(struct sim_fiber *fiber)
{
    if (fiber->reserved != NULL) {
        host_release(fiber->reserved, fiber->stack_size + GUARD_SIZE);
        sanitizer_fiber_destroy(fiber->twin);
    }
    fiber->reserved = NULL;
}

/* Every switch lands here: note where the one that left stands. */
static struct sim_fiber *fiber_arrive(fiber_transfer transfer, void *fake_stack)
{
    struct sim_fiber *left = transfer.data;
    left->context = transfer.context;
    const void *bottom = NULL;
    size_t size = 0;
    sanitizer_switch_finish(fake_stack, &bottom, &size);
    if (left->target->reserved == NULL) {
        fiber_after_all();
    }
    if (left->reserved == NULL) { /* the host's own stack: its bounds are only known from here */
        left->stack = bottom;
        left->stack_size = size;
    }
    return left->target;
}

static void fiber_entry(fiber_transfer transfer)
{
    struct sim_fiber *self = fiber_arrive(transfer, NULL);
    for (;;) {
        sanitizer_acquire(HOST_CELL);
        struct sim_fiber *next = self->body(self->argument);
        self->parked = true;
        fiber_switch(self, next);
    }
}

void fiber_prepare(struct sim_fiber *fiber, struct sim_fiber *(*body)(void *), void *argument)
{
    fiber->body = body;
    fiber->argument = argument;
    if (fiber->parked) {
        fiber->parked = false;
        return;
    }
    /* Frames that were abandoned leave their red zones behind. */
    sanitizer_unpoison(fiber->stack, fiber->stack_size);
    fiber->fake_stack = NULL;
    sanitizer_fiber_destroy(fiber->twin);
    fiber->twin = sanitizer_fiber_create();
    fiber->context = make_fcontext((char *)(uintptr_t)fiber->stack + fiber->stack_size,
                                   fiber->stack_size, fiber_entry);
}

void fiber_after_all(void)
{
    sanitizer_acquire(FIBER_CELL);
}

/* The running fiber leaves: for ThreadSanitizer the other one runs from here on. */
static inline void fiber_leave(struct sim_fiber *from, struct sim_fiber *to)
{
    from->target = to;
    sanitizer_release(from->reserved == NULL ? HOST_CELL : FIBER_CELL);
    sanitizer_fiber_switch(to->twin);
}

void fiber_switch(struct sim_fiber *from, struct sim_fiber *to)
{
    fiber_leave(from, to);
    sanitizer_switch_start(&from->fake_stack, to->stack, to->stack_size);
    fiber_transfer transfer = fiber_jump(to->context, from);
    (void)fiber_arrive(transfer, from->fake_stack);
}

void fiber_exit_to(struct sim_fiber *from, struct sim_fiber *to)
{
    fiber_leave(from, to);
    sanitizer_switch_start(NULL, to->stack, to->stack_size);
    (void)fiber_jump(to->context, from);
    abort(); /* impossible: nobody continues a fiber that has exited */
}

void fiber_adopt(struct sim_fiber *fiber)
{
    *fiber = (struct sim_fiber){.reserved = NULL, .twin = sanitizer_fiber_current()};
}
