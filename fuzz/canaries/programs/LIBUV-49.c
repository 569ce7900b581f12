/* LIBUV-49: what a poll writes lies on the stack of the function that submits it.
 *
 * libuv 0.10.30 (issue 49, commit 48d39345b): to end a poll of a socket, another exclusive one is
 * submitted, whose info is a local variable. It may stay pending, and writes when the frame is long
 * gone. Fixed: it lies where it can stay until its packet has come. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support_net.h"

#define FRAME 512 /* bytes: more than the frame of end_poll */
#define PORT  900

/* The bug is what the kernel writes; when does not matter. */
const struct sim_settings iocplab_program_settings = {.result_write = SIM_RESULT_ANY};

static void submit(HANDLE afd, struct canary_poll *poll, SOCKET s)
{
    canary_check(canary_afd_poll(afd, poll, s, CANARY_RECEIVE, TRUE) >= 0, "a poll failed");
}

/* An exclusive poll ends the one before it. */
static __attribute__((noinline)) void end_poll(HANDLE afd, SOCKET s, struct canary_poll *lasting)
{
    struct canary_poll local;

    submit(afd, FIXED ? lasting : &local, s);
}

/* Whoever comes next owns the stack. */
static __attribute__((noinline)) void use_stack(SOCKET peer)
{
    volatile char local[FRAME];

    for (int i = 0; i < FRAME; i++) {
        local[i] = 'x';
    }
    canary_datagram(peer, PORT);
    SwitchToThread();
    for (int i = 0; i < FRAME; i++) {
        canary_check(local[i] == 'x', "a local variable has changed by itself");
    }
}

void iocplab_program(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    HANDLE afd = canary_afd_open(port);
    SOCKET s = canary_socket(PORT), peer = canary_socket(PORT + 1);
    struct canary_poll first, second;

    submit(afd, &first, s);
    end_poll(afd, s, &second);
    use_stack(peer);
    (void)canary_packet(port);
    (void)canary_packet(port);
    canary_socket_close(s);
    canary_socket_close(peer);
    CloseHandle(afd);
    CloseHandle(port);
}
