/* afd: the handles of \Device\Afd and the requests that poll sockets (IOCTL_AFD_POLL; facts 5).
 *
 *   submit  -> done       [afd_poll_start: some condition of the mask holds, or the timeout is 0]
 *   submit  -> pending    [afd_poll_start]
 *   pending -> done       [afd_socket_changed, afd_socket_closed, poll_timeout]
 *   pending -> claimed    [the same three, with the setting late_polls]
 *   submit  -> claimed    [poll_start_like_wine, with the setting wine_sockets]
 *   claimed -> done       [a kernel action]
 *   pending -> cancelled  [afd_poll_cancel]
 *
 * A poll is one-shot and looks at the level when it is submitted. Several polls of one socket know
 * nothing of each other, but that an exclusive one ends an exclusive one that is the main poll: the
 * one that began when no other was pending (Wine ws2_32/afd.c test_poll_exclusive).
 *
 * Invariant: no condition of a pending poll's mask holds, unless the setting crossed_polls lost it.
 */
#ifndef FAKES_AFD_H
#define FAKES_AFD_H

#include "fakes/file.h"
#include "fakes/scheduler.h"

struct sim_socket;

#define SIM_IOCTL_AFD_POLL UINT32_C(0x12024)

/* What goes in and comes out, as 64-bit Windows has it. */
struct sim_poll_info {
    int64_t timeout; /* 100 ns units; negative: from now; INT64_MAX: never */
    uint32_t count;
    uint32_t exclusive;
    struct {
        uint64_t handle;
        uint32_t events;
        NTSTATUS status;
    } socket[1];
};

struct sim_poll {
    struct sim_request request;
    struct sim_poll *next, *previous; /* of the socket, while pending */
    struct sim_socket *socket;
    struct sim_poll_info info;
    struct sim_alarm alarm;
    NTSTATUS status; /* claimed: how it will end */
    uint32_t information;
};

/* afd_open makes a file object of the device. */
struct sim_file *afd_open(void);
/* file_takes_polls tells whether polls may be issued through a file: the device's and sockets. */
bool file_takes_polls(const struct sim_file *file);

/* afd_poll_check says what is wrong with the sizes and the contents of a poll before a request is
 * made of it: STATUS_SUCCESS or STATUS_INVALID_PARAMETER. */
NTSTATUS afd_poll_check(const struct sim_poll_info *in, uint32_t in_size, uint32_t out_size);
/* afd_poll_start is the device's call; the request is a sim_poll whose info is filled in. */
NTSTATUS afd_poll_start(struct sim_file *file, struct sim_request *request);
void afd_poll_cancel(struct sim_request *request);

void afd_socket_changed(struct sim_socket *socket, uint32_t level);
void afd_socket_closed(struct sim_socket *socket);

#endif
