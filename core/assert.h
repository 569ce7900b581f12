/* assert: programmer errors end the program, in every build that runs.
 *
 * What the operating system answers is handled where it is answered and never asserted. */
#ifndef CORE_ASSERT_H
#define CORE_ASSERT_H

/* RDY_ASSERT ends the program unless `expression` is true. */
#define RDY_ASSERT(expression) \
    ((expression) ? (void)0 : rdy_assert_failed(__FILE__, __LINE__, #expression))

/* rdy_assert_failed says what failed on the debugger's channel and raises a fail-fast exception.
 * It does not return: nothing after a broken invariant means anything. */
_Noreturn void rdy_assert_failed(const char *file, unsigned line, const char *expression);

#endif
