/* fiber_jump: Boost.Context's entry points, called in the way that predicts best. */
#ifndef FAKES_FIBER_JUMP_H
#define FAKES_FIBER_JUMP_H

#include <stddef.h>

/* boost/context/detail/fcontext.hpp declares the same for C++. */
typedef struct {
    void *context;
    void *data;
} fiber_transfer;
fiber_transfer jump_fcontext(void *const to, void *data);
void *make_fcontext(void *stack_top, size_t size, void (*entry)(fiber_transfer));

#if defined(__x86_64__) && defined(__ELF__)
/* jump_fcontext leaves by a jump, not by a return. Called as usual it would leave its return
 * address on the processor's stack of predicted returns, and each return that follows on the other
 * fiber would be mispredicted by one. So it is entered by a jump, too. */
static inline fiber_transfer fiber_jump(void *to, void *data)
{
    fiber_transfer transfer;
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\t" /* the red zone */
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "jmp jump_fcontext@PLT\n"
                     "1:\n\t"
                     "leaq 128(%%rsp), %%rsp"
                     : "=&a"(transfer.context), "=&d"(transfer.data), "+D"(to), "+S"(data)
                     :
                     : "rcx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",
                       "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",
                       "xmm14", "xmm15", "memory", "cc");
    return transfer;
}
#else
static inline fiber_transfer fiber_jump(void *to, void *data)
{
    return jump_fcontext(to, data);
}
#endif

#endif
