/* binding: ports. See binding.h. */
#include "fakes/binding.h"

#include "fakes/host.h"
#include "fakes/scheduler.h"
#include "fakes/socket.h"

#define PORTS         65536u
#define DYNAMIC_FIRST 49152u /* the range of Windows since Vista */
#define DYNAMIC_COUNT 16384u

static struct sim_socket *socket_of(struct sim_binding *binding)
{
    return binding != NULL
               ? (struct sim_socket *)((char *)binding - offsetof(struct sim_socket, binding))
               : NULL;
}

/* Who is bound to one port. */
struct bound {
    uint64_t serial; /* of the world it belongs to: with another one it is empty */
    struct sim_binding *first, *last;
};

struct sim_binding_table {
    struct bound tcp[PORTS], udp[PORTS];
};

bool bindings_reserve(struct sim_world *world)
{
    world->bindings = host_reserve(sizeof *world->bindings);
    return world->bindings != NULL;
}

void bindings_release(struct sim_world *world)
{
    if (world->bindings != NULL) {
        host_release(world->bindings, sizeof *world->bindings);
    }
}

static struct bound *bound_at(int protocol, uint16_t port)
{
    struct sim_binding_table *table = sim_running->bindings;
    struct bound *bound = protocol == IPPROTO_TCP ? &table->tcp[port] : &table->udp[port];
    if (bound->serial != sim_running->serial) {
        *bound = (struct bound){.serial = sim_running->serial};
    }
    return bound;
}

static void touch_port(int protocol, uint16_t port, bool write)
{
    touch(SIM_RESOURCE_PORT_NUMBER, (uint64_t)protocol << 16 | port, write);
}

struct sim_socket *binding_first(int protocol, uint16_t port)
{
    touch_port(protocol, port, false);
    return socket_of(bound_at(protocol, port)->first);
}

struct sim_socket *binding_next(const struct sim_socket *socket)
{
    return socket_of(socket->binding.next);
}

bool binding_accepts(const struct sim_binding *binding, const struct sim_address *to, bool *exactly)
{
    *exactly = address_same_host(&binding->address, to);
    bool family = binding->address.version == to->version || binding->dual;
    return *exactly || (family && address_is_any(&binding->address));
}

/* ---- sharing ---- */

enum sharing { SHARES_DEFAULT, SHARES_REUSE, SHARES_EXCLUSIVE };
enum verdict { OK, IN_USE = WSAEADDRINUSE, DENIED = WSAEACCES };

static enum sharing sharing_of(const struct sim_socket *socket)
{
    socket_touch_options(socket, false);
    if (socket->options.exclusive) {
        return SHARES_EXCLUSIVE;
    }
    return socket->options.reuse ? SHARES_REUSE : SHARES_DEFAULT;
}

/* By the second to bind, whether it is specific, the first, whether that is specific. Where the
 * documentation says that it depends on the user, the user is the same. Two specific addresses are
 * those that are equal: different ones never meet. */
static const enum verdict verdicts[3][2][3][2] = {
    [SHARES_DEFAULT] = {{{IN_USE, OK}, {IN_USE, OK}, {IN_USE, OK}},
                        {{OK, IN_USE}, {OK, DENIED}, {DENIED, IN_USE}}},
    [SHARES_REUSE] = {{{DENIED, OK}, {OK, OK}, {DENIED, OK}},
                      {{OK, DENIED}, {OK, OK}, {DENIED, DENIED}}},
    [SHARES_EXCLUSIVE] = {{{IN_USE, IN_USE}, {IN_USE, IN_USE}, {IN_USE, IN_USE}},
                          {{OK, IN_USE}, {OK, IN_USE}, {DENIED, IN_USE}}},
};

/* Beside an IPv6 wildcard that takes IPv4, too, an IPv4 wildcard is the more specific one. */
static bool is_specific(const struct sim_binding *binding, const struct sim_binding *other)
{
    return !address_is_any(&binding->address) ||
           (binding->address.version == 4 && other->address.version == 6);
}

static enum verdict judge(struct sim_socket *second, const struct sim_binding *wants,
                          struct sim_binding *have)
{
    bool meet = have->address.version == wants->address.version || have->dual || wants->dual;
    bool here = is_specific(wants, have), there = is_specific(have, wants);
    if (!meet || (here && there && !address_same_host(&wants->address, &have->address))) {
        return OK;
    }
    return verdicts[sharing_of(second)][here][sharing_of(socket_of(have))][there];
}

static DWORD conflict(struct sim_socket *socket, const struct sim_binding *wants)
{
    uint16_t port = wants->address.port;
    touch_port(socket->protocol, port, true);
    for (struct sim_binding *have = bound_at(socket->protocol, port)->first; have != NULL;
         have = have->next) {
        enum verdict verdict = judge(socket, wants, have);
        if (verdict != OK) {
            return verdict;
        }
    }
    return 0;
}

/* ---- ports that nobody asked for by number ---- */

static bool port_is_free(struct sim_socket *socket, uint16_t port, bool automatic)
{
    touch_port(socket->protocol, port, true);
    for (struct sim_binding *have = bound_at(socket->protocol, port)->first; have != NULL;
         have = have->next) {
        const struct sim_socket *other = socket_of(have);
        bool shares = automatic && have->automatic && socket->protocol == IPPROTO_TCP;
        if (!shares || address_equal(&other->remote, &socket->remote)) {
            return false;
        }
    }
    return true;
}

static uint16_t dynamic_port(struct sim_socket *socket, bool automatic)
{
    const struct sim_thread *thread = sim_running->current;
    uint32_t start = thread->ordinal * 1021u + thread->step * 13u;
    for (uint32_t i = 0; i < DYNAMIC_COUNT; i++) {
        uint16_t port = (uint16_t)(DYNAMIC_FIRST + (start + i) % DYNAMIC_COUNT);
        if (port_is_free(socket, port, automatic)) {
            return port;
        }
    }
    return 0;
}

DWORD binding_claim(struct sim_socket *socket, const struct sim_address *address, bool automatic)
{
    struct sim_binding *binding = &socket->binding;
    struct sim_binding wants = {
        .address = *address,
        .bound = true,
        .dual = address->version == 6 && address_is_any(address) && !socket->options.v6only,
        .automatic = automatic,
    };
    if (address->port == 0) {
        wants.address.port = dynamic_port(socket, automatic);
        if (wants.address.port == 0) {
            return WSAENOBUFS;
        }
    } else {
        DWORD error = conflict(socket, &wants);
        if (error != 0) {
            return error;
        }
    }
    *binding = wants;
    struct bound *bound = bound_at(socket->protocol, binding->address.port);
    binding->previous = bound->last;
    if (bound->last != NULL) {
        bound->last->next = binding;
    } else {
        bound->first = binding;
    }
    bound->last = binding;
    return 0;
}

void binding_release(struct sim_socket *socket)
{
    struct sim_binding *binding = &socket->binding;
    if (!binding->bound) {
        return;
    }
    touch_port(socket->protocol, binding->address.port, true);
    struct bound *bound = bound_at(socket->protocol, binding->address.port);
    if (binding->previous != NULL) {
        binding->previous->next = binding->next;
    } else {
        bound->first = binding->next;
    }
    if (binding->next != NULL) {
        binding->next->previous = binding->previous;
    } else {
        bound->last = binding->previous;
    }
    binding->bound = false;
}
