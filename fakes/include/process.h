/* process.h of the simulated Win32: threads as the C runtime of Windows starts them. */
#ifndef FAKES_PROCESS_H
#define FAKES_PROCESS_H

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Returns the handle of the thread, 0 if there can be none. */
uintptr_t _beginthreadex(void *security, unsigned stack_size, unsigned(__stdcall *start)(void *),
                         void *argument, unsigned flags, unsigned *thread_id);

#ifdef __cplusplus
}
#endif

#endif
