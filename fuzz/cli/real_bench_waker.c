/* real_bench_waker: a waker and its poll, against post and dequeue. */
#include "fuzz/cli/real_bench.h"

#include "core/poll.h"
#include "core/waker.h"

#include <stdlib.h>

#define EVENTS_MAX    64u
#define PLAIN_PACKETS 64u
#define SIDES         2u /* of a game between two threads */
#define STOP_KEY      ((ULONG_PTR)1)

/* ---- one thread ---- */

struct woken {
    rdy_poll *poll;
    rdy_waker *waker;
    rdy_event event[EVENTS_MAX];
};

static void woken_destroy(void *context)
{
    struct woken *woken = context;

    if (woken->waker != NULL) {
        rdy_waker_destroy(woken->waker);
    }
    if (woken->poll != NULL) {
        rdy_poll_destroy(woken->poll);
    }
    free(woken);
}

static void *woken_create(void)
{
    struct woken *woken = calloc(1, sizeof *woken);

    if (woken != NULL &&
        (rdy_poll_create(&woken->poll).status != RDY_DONE ||
         rdy_waker_create(rdy_poll_registry(woken->poll), 1, &woken->waker).status != RDY_DONE)) {
        woken_destroy(woken);
        return NULL;
    }
    return woken;
}

static bool wait_one(struct woken *woken)
{
    size_t count = 0;

    return rdy_poll_wait(woken->poll, woken->event, EVENTS_MAX, RDY_WAIT_FOREVER, &count).status ==
               RDY_DONE &&
           count == 1;
}

static bool wake_and_wait(void *context, uint32_t trips)
{
    struct woken *woken = context;
    bool good = true;

    for (uint32_t i = 0; good && i < trips; i++) {
        good = rdy_waker_wake(woken->waker).status == RDY_DONE && wait_one(woken);
    }
    return good;
}

static void *port_create(void)
{
    return CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
}

static void port_destroy(void *context)
{
    CloseHandle(context);
}

static bool take(HANDLE port, ULONG_PTR *key)
{
    OVERLAPPED_ENTRY entry[PLAIN_PACKETS];
    ULONG count = 0;
    bool good =
        GetQueuedCompletionStatusEx(port, entry, PLAIN_PACKETS, &count, INFINITE, FALSE) != 0;

    *key = entry[0].lpCompletionKey;
    return good;
}

static bool post_and_take(void *context, uint32_t trips)
{
    bool good = true;

    for (uint32_t i = 0; good && i < trips; i++) {
        ULONG_PTR key;
        good = PostQueuedCompletionStatus(context, 0, 0, NULL) && take(context, &key);
    }
    return good;
}

const struct cli_real_trip cli_real_trips_waker[3] = {
    {"wine-waker", woken_create, wake_and_wait, woken_destroy},
    {"wine-waker-plain", port_create, post_and_take, port_destroy},
};

bool cli_real_bench_waker(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    struct woken *woken = woken_create();
    HANDLE port = port_create();
    const struct cli_real_pair pair = {wake_and_wait, woken, post_and_take, port};
    bool good = woken != NULL && port != NULL && cli_real_ratio(options, &pair, result);

    if (woken != NULL) {
        woken_destroy(woken);
    }
    if (port != NULL) {
        port_destroy(port);
    }
    return good;
}

/* ---- two threads ---- */

/* One thread serves and the other returns; the other ends when it is told to. */
struct game {
    struct woken *side[SIDES];
    HANDLE port[SIDES];
    volatile LONG stop;
};

static DWORD WINAPI return_wakes(LPVOID argument)
{
    struct game *game = argument;

    while (wait_one(game->side[1]) && !game->stop) {
        if (rdy_waker_wake(game->side[0]->waker).status != RDY_DONE) {
            return 1;
        }
    }
    return 0;
}

static DWORD WINAPI return_posts(LPVOID argument)
{
    struct game *game = argument;
    ULONG_PTR key;

    while (take(game->port[1], &key) && key != STOP_KEY) {
        if (!PostQueuedCompletionStatus(game->port[0], 0, 0, NULL)) {
            return 1;
        }
    }
    return 0;
}

static bool play_wakes(void *context, uint32_t trips)
{
    struct game *game = context;
    bool good = true;

    for (uint32_t i = 0; good && i < trips; i++) {
        good = rdy_waker_wake(game->side[1]->waker).status == RDY_DONE && wait_one(game->side[0]);
    }
    return good;
}

static bool play_posts(void *context, uint32_t trips)
{
    struct game *game = context;
    bool good = true;

    for (uint32_t i = 0; good && i < trips; i++) {
        ULONG_PTR key;
        good = PostQueuedCompletionStatus(game->port[1], 0, 0, NULL) && take(game->port[0], &key);
    }
    return good;
}

static void finish(HANDLE thread)
{
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

static bool play(struct game *game, const struct cli_bench_options *options,
                 struct cli_bench_result *result)
{
    HANDLE wakes = CreateThread(NULL, 0, return_wakes, game, 0, NULL);
    HANDLE posts = CreateThread(NULL, 0, return_posts, game, 0, NULL);
    const struct cli_real_pair pair = {play_wakes, game, play_posts, game};
    bool good = wakes != NULL && posts != NULL && cli_real_ratio(options, &pair, result);

    if (wakes != NULL) {
        InterlockedExchange(&game->stop, 1);
        good = rdy_waker_wake(game->side[1]->waker).status == RDY_DONE && good;
        finish(wakes);
    }
    if (posts != NULL) {
        good = PostQueuedCompletionStatus(game->port[1], 0, STOP_KEY, NULL) && good;
        finish(posts);
    }
    return good;
}

bool cli_real_bench_wakers(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    struct game game = {.stop = 0};
    bool good = true;

    for (unsigned i = 0; i < SIDES; i++) {
        game.side[i] = woken_create();
        game.port[i] = port_create();
        good = good && game.side[i] != NULL && game.port[i] != NULL;
    }
    good = good && play(&game, options, result);
    for (unsigned i = 0; i < SIDES; i++) {
        if (game.side[i] != NULL) {
            woken_destroy(game.side[i]);
        }
        if (game.port[i] != NULL) {
            port_destroy(game.port[i]);
        }
    }
    return good;
}
