/* host: child processes that share memory with their parent, fatal signals, a clock, the terminal.
 *
 * The only place where explore touches the operating system; another host brings another
 * implementation of this header. A parent and its child talk by single messages without content
 * (what they mean lies in the shared memory): the parent sends one to start a job, the child one to
 * say that it has ended. All functions belong to the thread that started the process. */
#ifndef FUZZ_EXPLORE_HOST_H
#define FUZZ_EXPLORE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* fuzz_shared_create maps zeroed memory that children started later see at the same address;
 * fuzz_shared_destroy unmaps it. create returns NULL when the host refuses. */
void *fuzz_shared_create(size_t size);
void fuzz_shared_destroy(void *memory, size_t size);

struct fuzz_process;

/* fuzz_process_start runs `body(argument)` in a child process that is a copy of the caller, with
 * its standard error going to a buffer, and returns it, NULL when the host refuses. The child ends
 * when body returns, and dies with its parent. */
struct fuzz_process *fuzz_process_start(void (*body)(struct fuzz_process *self, void *argument),
                                        void *argument);

/* fuzz_process_send wakes the other side. The parent may be told by the next wait that the child
 * has died; the child never outlives a parent that is gone. */
void fuzz_process_send(struct fuzz_process *process);

/* fuzz_process_receive blocks a child until its parent sends; false when there is no parent. */
bool fuzz_process_receive(struct fuzz_process *self);

enum fuzz_wait { FUZZ_WAIT_MESSAGE, FUZZ_WAIT_TIMEOUT, FUZZ_WAIT_DIED };

/* fuzz_process_wait waits for a message of the child for at most timeout_ms. After FUZZ_WAIT_DIED
 * fuzz_process_death says how it died. */
enum fuzz_wait fuzz_process_wait(struct fuzz_process *process, uint32_t timeout_ms);

/* How a child ended: the name of its signal ("SIGSEGV"; "exit" when it left by itself), the number
 * of the signal or the exit code, and the start of what it wrote to standard error. */
struct fuzz_death {
    const char *signal;
    int code;
    char text[1200];
};
void fuzz_process_death(struct fuzz_process *process, struct fuzz_death *death);

/* fuzz_process_cpu_ns returns the processor time that the child has used, in nanoseconds; 0 when it
 * has died. */
uint64_t fuzz_process_cpu_ns(const struct fuzz_process *process);

/* fuzz_process_kill ends the child if it lives and gives back everything. NULL is allowed. */
void fuzz_process_kill(struct fuzz_process *process);

/* fuzz_fatal_catch makes the calling process run callback(argument) once, on a stack of its own,
 * when it dies of a fatal signal or of a sanitizer's report; then it dies as it would have. */
void fuzz_fatal_catch(void (*callback)(void *argument), void *argument);

/* fuzz_now_ns returns a monotonic time in nanoseconds. */
uint64_t fuzz_now_ns(void);

/* fuzz_cpu_ns returns the processor time that this process has used, in nanoseconds: what a core
 * can do, whatever else the machine is busy with. */
uint64_t fuzz_cpu_ns(void);

/* fuzz_resident_bytes returns how much memory of this process is resident, 0 when unknown. */
size_t fuzz_resident_bytes(void);

/* fuzz_interrupt_catch makes Ctrl-C set a flag instead of ending the program;
 * fuzz_interrupted reads it. */
void fuzz_interrupt_catch(void);
bool fuzz_interrupted(void);

/* fuzz_debugger_stop stops the process in its debugger; without one it does nothing. */
void fuzz_debugger_stop(void);

/* fuzz_terminal_columns returns the width of the terminal a file goes to, 0 if it is none. */
uint32_t fuzz_terminal_columns(FILE *file);

#endif
