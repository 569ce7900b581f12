/* port: I/O completion ports. See port.h. */
#include "fakes/port.h"

#include "fakes/file.h"
#include "fakes/scheduler.h"

#include <string.h>

struct sim_port *port_create(uint32_t concurrency)
{
    struct sim_world *world = sim_running;
    struct sim_port *port = arena_alloc(&world->arena, sizeof *port);
    object_init(&port->object, SIM_OBJECT_PORT);
    port->last = &port->first;
    port->concurrency = concurrency;
    port->next = world->ports;
    if (world->ports != NULL) {
        world->ports->previous = port;
    }
    world->ports = port;
    return port;
}

/* ---- concurrency ---- */

/* How many threads of the port can run. Asked only where there is a limit, so nobody keeps count;
 * the answer depends on what every other thread has done. */
static uint32_t active_count(const struct sim_port *port)
{
    struct sim_world *world = sim_running;
    uint32_t count = 0;
    for (uint32_t i = 0; i < world->thread_count; i++) {
        const struct sim_thread *thread = &world->thread[i];
        count += thread->port == port && thread->state == SIM_THREAD_READY;
    }
    touch_everything();
    return count;
}

static bool has_slot(const struct sim_port *port)
{
    return port->concurrency == 0 || active_count(port) < port->concurrency;
}

/* The caller dequeues from the port and belongs to it from now on. Threads remember only a port
 * with a limit. */
static void join_port(struct sim_port *port, struct sim_thread *thread)
{
    struct sim_port *before = thread->port;
    thread->port = port->concurrency != 0 ? port : NULL;
    if (before != NULL && before != port) {
        port_slot_freed(before);
    }
}

/* ---- queueing ---- */

static void waiter_remove(struct sim_port *port, struct sim_thread *thread, bool matters)
{
    if (matters) {
        touch(SIM_RESOURCE_PORT_HEAD, port->object.ordinal, true);
    }
    struct sim_thread **link = &port->waiters;
    while (*link != thread) {
        link = &(*link)->wait_next;
    }
    *link = thread->wait_next;
    thread->wait_next = NULL;
    port->waiter_count--;
}

/* Whom a packet wakes: the latest waiter first (documented), the earliest (Wine), or any. */
static struct sim_thread *waiter_choose(struct sim_port *port)
{
    struct sim_thread *thread = port->waiters;
    switch (sim_running->settings.waiters) {
    case SIM_WAITERS_LIFO:
        return thread;
    case SIM_WAITERS_FIFO:
        while (thread->wait_next != NULL) {
            thread = thread->wait_next;
        }
        return thread;
    case SIM_WAITERS_ANY:
        break;
    }
    uint64_t id[SIM_PICK_VALUES_MAX];
    uint32_t cost[SIM_PICK_VALUES_MAX];
    uint32_t count = 0;
    for (; thread != NULL && count < SIM_PICK_VALUES_MAX; thread = thread->wait_next) {
        id[count] = thread->ordinal;
        cost[count] = count == 0 ? 0 : SIM_COST_REORDERING;
        count++;
    }
    return &sim_running->thread[id[scheduler_pick(SIM_PICK_WAITER, count, id, cost)]];
}

/* Whether a call comes back with the same packet whenever what arrives does: it takes one, and
 * waits for it for ever. Then its arrival and a post commute. One with room for more does not: what
 * it finds beside its first packet, and leaves to others, hangs on whether it had begun to wait. */
static bool is_patient(const struct sim_port *port, uint32_t max, DWORD milliseconds)
{
    return max == 1 && milliseconds == INFINITE && port->concurrency == 0;
}

/* Whether it matters who stands at the port, and since when. */
static bool arrival_matters(const struct sim_port *port)
{
    return port->waiter_count > 1 || !port->waiters->patient;
}

static void packet_hand(struct sim_port *port, struct sim_packet *packet)
{
    bool matters = arrival_matters(port);
    struct sim_thread *thread = waiter_choose(port);
    waiter_remove(port, thread, matters);
    thread->handed = packet;
    scheduler_wake(thread, SIM_WAKE_DONE);
}

static void packet_drop(struct sim_packet *packet)
{
    if (packet->request != NULL) {
        request_dropped(packet->request);
    }
    arena_free(&sim_running->arena, packet, sizeof *packet);
}

static void packet_queue(struct sim_port *port, struct sim_packet *packet)
{
    packet->serial = ++sim_running->packet_count;
    touch(SIM_RESOURCE_PORT_TAIL, port->object.ordinal, true);
    touch(SIM_RESOURCE_PACKET, packet->serial, SIM_TOUCH_WRITE | SIM_TOUCH_RELEASE);
    scheduler_log(SIM_EVENT_PACKET, SIM_OP_NONE, port->object.ordinal,
                  packet->request != NULL ? packet->request->ordinal : 0, packet->bytes,
                  packet->status);
    if (port->object.handles == 0) {
        packet_drop(packet);
        return;
    }
    if (port->waiters != NULL && has_slot(port)) {
        packet_hand(port, packet);
        return;
    }
    packet->next = NULL;
    *port->last = packet;
    port->last = &packet->next;
    port->count++;
}

void port_post(struct sim_port *port, uint32_t bytes, ULONG_PTR key, void *overlapped)
{
    struct sim_packet *packet = arena_alloc(&sim_running->arena, sizeof *packet);
    *packet = (struct sim_packet){.key = key, .overlapped = overlapped, .bytes = bytes};
    packet_queue(port, packet);
}

void port_queue_request(struct sim_port *port, struct sim_request *request)
{
    struct sim_packet *packet = arena_alloc(&sim_running->arena, sizeof *packet);
    *packet = (struct sim_packet){
        .key = request->file->key,
        .overlapped = request->context,
        .bytes = request->information,
        .status = (uint32_t)request->status,
        .request = request,
    };
    packet_queue(port, packet);
}

/* ---- dequeueing ---- */

static struct sim_packet *packet_pop(struct sim_port *port)
{
    struct sim_packet *packet = port->first;
    port->first = packet->next;
    if (port->first == NULL) {
        port->last = &port->first;
    }
    port->count--;
    return packet;
}

void port_slot_freed(struct sim_port *port)
{
    while (port->first != NULL && port->waiters != NULL && has_slot(port)) {
        packet_hand(port, packet_pop(port));
    }
}

static void packet_deliver(struct sim_port *port, struct sim_packet *packet,
                           struct sim_dequeued *out)
{
    touch(SIM_RESOURCE_PACKET, packet->serial, SIM_TOUCH_WRITE | SIM_TOUCH_ACQUIRE);
    *out = (struct sim_dequeued){packet->key, packet->overlapped, packet->bytes, packet->status};
    struct sim_request *request = packet->request;
    scheduler_log(SIM_EVENT_DEQUEUE, SIM_OP_NONE, port->object.ordinal,
                  request != NULL ? request->ordinal : 0, packet->bytes, packet->status);
    if (request != NULL) {
        request_dequeued(request);
    }
    arena_free(&sim_running->arena, packet, sizeof *packet);
}

static uint32_t take_queued(struct sim_port *port, struct sim_dequeued *out, uint32_t have,
                            uint32_t max, bool patient)
{
    uint32_t room = max - have;
    if (room == 0) {
        return have;
    }
    touch(SIM_RESOURCE_PORT_HEAD, port->object.ordinal, true);
    if (!patient) {
        touch(SIM_RESOURCE_PORT_TAIL, port->object.ordinal, false);
    }
    uint32_t available = port->count < room ? port->count : room;
    /* The first packet of a call is certain; after it, the call may come back with fewer. */
    uint32_t alternatives = have == 0 ? available : available + 1;
    uint32_t fewer = scheduler_pick_value(
        SIM_PICK_BATCH, alternatives < SIM_PICK_VALUES_MAX ? alternatives : SIM_PICK_VALUES_MAX,
        SIM_COST_REORDERING);
    for (uint32_t take = available - fewer; take != 0; take--) {
        packet_deliver(port, packet_pop(port), &out[have++]);
    }
    return have;
}

/* It has seen that nothing had arrived. */
static void wait_timeout(struct sim_thread *thread)
{
    struct sim_port *port = (struct sim_port *)(uintptr_t)thread->wait_key;
    waiter_remove(port, thread, true);
    touch(SIM_RESOURCE_PORT_TAIL, port->object.ordinal, false);
    scheduler_wake(thread, SIM_WAKE_TIMEOUT);
}

bool port_finds(const struct sim_port *port, uint32_t max, DWORD milliseconds)
{
    if (port->first == NULL) {
        return false;
    }
    touch(SIM_RESOURCE_PORT_HEAD, port->object.ordinal, false);
    touch_found(SIM_RESOURCE_PACKET, port->first->serial);
    if (!is_patient(port, max, milliseconds)) {
        touch(SIM_RESOURCE_PORT_TAIL, port->object.ordinal, false);
    }
    return true;
}

uint32_t port_dequeue(struct sim_port *port, enum sim_op op, struct sim_dequeued *out, uint32_t max,
                      DWORD milliseconds, DWORD *error)
{
    struct sim_thread *thread = sim_running->current;
    join_port(port, thread);
    bool patient = is_patient(port, max, milliseconds);
    /* The caller's own slot is one of the active. */
    if (port->count != 0 && (thread->port == NULL || active_count(port) <= port->concurrency)) {
        return take_queued(port, out, 0, max, patient);
    }
    *error = WAIT_TIMEOUT;
    touch(SIM_RESOURCE_PORT_HEAD, port->object.ordinal, milliseconds != 0);
    if (!patient) {
        touch(SIM_RESOURCE_PORT_TAIL, port->object.ordinal, false);
    }
    if (milliseconds == 0) {
        return 0;
    }
    thread->wait_key = port;
    thread->patient = patient;
    thread->wait_next = port->waiters;
    port->waiters = thread;
    port->waiter_count++;
    object_retain(&port->object); /* the call holds the port open */
    enum sim_wake_reason reason =
        scheduler_block(op, port->object.ordinal, milliseconds, wait_timeout);
    uint32_t count = 0;
    if (reason == SIM_WAKE_DONE) {
        struct sim_packet *packet = thread->handed;
        thread->handed = NULL;
        packet_deliver(port, packet, &out[0]);
        count = take_queued(port, out, 1, max, patient);
    } else if (reason == SIM_WAKE_ABANDONED) {
        *error = ERROR_ABANDONED_WAIT_0;
    }
    object_release(&port->object);
    return count;
}

/* ---- end of a port ---- */

void port_cleanup(struct sim_port *port)
{
    while (port->waiters != NULL) {
        struct sim_thread *thread = port->waiters;
        waiter_remove(port, thread, true);
        scheduler_wake(thread, SIM_WAKE_ABANDONED);
    }
    for (uint32_t i = 0; i < sim_running->thread_count; i++) {
        if (sim_running->thread[i].port == port) {
            sim_running->thread[i].port = NULL;
        }
    }
    while (port->first != NULL) {
        packet_drop(packet_pop(port));
    }
}

void port_destroy(struct sim_port *port)
{
    struct sim_world *world = sim_running;
    if (port->previous != NULL) {
        port->previous->next = port->next;
    } else {
        world->ports = port->next;
    }
    if (port->next != NULL) {
        port->next->previous = port->previous;
    }
    arena_free(&world->arena, port, sizeof *port);
}

uint32_t port_count_posted(const void *overlapped)
{
    uint32_t count = 0;
    for (const struct sim_port *port = sim_running->ports; port != NULL; port = port->next) {
        for (const struct sim_packet *packet = port->first; packet; packet = packet->next) {
            count += packet->request == NULL && packet->overlapped == overlapped;
        }
    }
    for (uint32_t i = 0; i < sim_running->thread_count; i++) {
        const struct sim_packet *packet = sim_running->thread[i].handed;
        count += packet != NULL && packet->request == NULL && packet->overlapped == overlapped;
    }
    return count;
}
