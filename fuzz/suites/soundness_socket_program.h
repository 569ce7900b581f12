/* soundness_socket_program: what small programs over sockets do (soundness.h).
 *
 * An execution has a TCP connection, a connection that waits at a listener, two UDP sockets and a
 * handle of \Device\Afd with a port, as far as the program needs them, and for each thread a list
 * of operations. Everything an operation returns, and what is left over in the end, is what the
 * execution comes to. */
#ifndef FUZZ_SOUNDNESS_SOCKET_PROGRAM_H
#define FUZZ_SOUNDNESS_SOCKET_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#define SOUNDNESS_THREADS_MAX    3u
#define SOUNDNESS_OPERATIONS_MAX 2u /* of a thread */

struct soundness_operation {
    uint8_t code;  /* below soundness_operation_count() */
    uint8_t which; /* of two ends, sockets or listeners */
};

struct soundness_socket_program {
    uint32_t threads;
    uint32_t count[SOUNDNESS_THREADS_MAX];
    struct soundness_operation operation[SOUNDNESS_THREADS_MAX][SOUNDNESS_OPERATIONS_MAX];
};

uint32_t soundness_operation_count(void);

/* soundness_program_print writes the operations of each thread in a line of standard output. */
void soundness_program_print(const struct soundness_socket_program *program);

/* soundness_program_polls tells whether the program has a port. */
bool soundness_program_polls(const struct soundness_socket_program *program);

/* soundness_program_run is the body of an execution of a struct soundness_socket_program. */
void soundness_program_run(void *program);
/* soundness_program_seen returns what the last execution came to. */
uint64_t soundness_program_seen(void);

#endif
