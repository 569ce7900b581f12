/* fiber: pooled stacks over Boost.Context, with sanitizer annotations. */
#include "fakes/fiber.h"

#include "fakes/fiber_jump.h"
#include "fakes/host.h"
#include "fakes/sanitizer.h"

#include <stdint.h>
#include <stdlib.h>

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
    fiber->context = make_fcontext((char *)(uintptr_t)fiber->stack + fiber->stack_size,
                                   fiber->stack_size, fiber_entry);
}

void fiber_switch(struct sim_fiber *from, struct sim_fiber *to)
{
    from->target = to;
    sanitizer_switch_start(&from->fake_stack, to->stack, to->stack_size);
    fiber_transfer transfer = fiber_jump(to->context, from);
    (void)fiber_arrive(transfer, from->fake_stack);
}

void fiber_exit_to(struct sim_fiber *from, struct sim_fiber *to)
{
    from->target = to;
    sanitizer_switch_start(NULL, to->stack, to->stack_size);
    (void)fiber_jump(to->context, from);
    abort(); /* impossible: nobody continues a fiber that has exited */
}

void fiber_adopt(struct sim_fiber *fiber)
{
    *fiber = (struct sim_fiber){.reserved = NULL};
}
