/* futex: sleeping on a word until another thread says that it changed. */
#ifndef FAKES_NATIVE_FUTEX_H
#define FAKES_NATIVE_FUTEX_H

#include <stdbool.h>
#include <stdint.h>

/* native_futex_wait sleeps while *word is `value`, until native_futex_wake or for `milliseconds`
 * (UINT32_MAX: for ever). It returns false after the timeout, and may return true for no reason. */
bool native_futex_wait(uint32_t *word, uint32_t value, uint32_t milliseconds);

/* native_futex_wake wakes at most `count` threads that sleep on *word. */
void native_futex_wake(uint32_t *word, int32_t count);

#endif
