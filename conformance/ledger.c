#include "conformance/ledger.h"

void conf_ledger_begin(struct conf_ledger *ledger)
{
    ledger->object_count = 0;
    ledger->request_count = 0;
    ledger->object_last = 0;
    ledger->request_last = 0;
    ledger->full = false;
}

/* Both tables are short, and the newest entries are the busiest: search them backwards. */
static struct conf_ledger_object *find_object(struct conf_ledger *ledger, const void *identity)
{
    for (uint32_t i = ledger->object_count; i-- > 0;) {
        if (ledger->object[i].identity == identity) {
            return &ledger->object[i];
        }
    }
    return NULL;
}

static struct conf_ledger_object *add_object(struct conf_ledger *ledger, const void *identity,
                                             uint32_t machine, uint8_t source)
{
    struct conf_ledger_object *object;

    if (ledger->object_count == CONF_OBJECTS_MAX) {
        ledger->full = true;
        return NULL;
    }
    object = &ledger->object[ledger->object_count++];
    *object = (struct conf_ledger_object){.identity = identity,
                                          .ordinal = ++ledger->object_last,
                                          .machine = (uint8_t)machine,
                                          .source = source};
    return object;
}

static struct conf_ledger_request *find_request(struct conf_ledger *ledger, const void *identity,
                                                uint32_t owner)
{
    for (uint32_t i = ledger->request_count; i-- > 0;) {
        if (ledger->request[i].identity == identity) {
            return &ledger->request[i];
        }
    }
    if (ledger->request_count == CONF_REQUESTS_MAX) {
        ledger->full = true;
        return NULL;
    }
    ledger->request[ledger->request_count] = (struct conf_ledger_request){
        .identity = identity, .ordinal = ++ledger->request_last, .owner = owner};
    return &ledger->request[ledger->request_count++];
}

/* remove_object takes out an object and its requests, and returns the references they held. */
static uint64_t remove_object(struct conf_ledger *ledger, struct conf_ledger_object *object)
{
    uint64_t references = 0;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < ledger->request_count; i++) {
        if (ledger->request[i].owner == object->ordinal) {
            references += ledger->request[i].references;
        } else {
            ledger->request[kept++] = ledger->request[i];
        }
    }
    ledger->request_count = kept;
    *object = ledger->object[--ledger->object_count];
    return references;
}

static bool enter_request(struct conf_ledger *ledger, struct conf_world *world,
                          const struct conf_observation *observation, uint32_t owner,
                          struct conf_record *record)
{
    struct conf_ledger_request *request = find_request(ledger, observation->request, owner);

    if (request == NULL) {
        return false;
    }
    record->c = request->ordinal;
    if (observation->kind == CONF_OBSERVE_RETAIN) {
        record->kind = CONF_RECORD_RETAIN;
        record->b = ++request->references;
    } else if (observation->kind == CONF_OBSERVE_RELEASE) {
        record->kind = CONF_RECORD_RELEASE;
        record->b = request->references;
        request->references -= request->references > 0;
    } else {
        uint32_t in_flight =
            world->ops->in_flight == NULL ? 0 : world->ops->in_flight(world, observation->request);
        record->kind = CONF_RECORD_DISPATCH;
        record->b = (uint64_t)request->references << 32 | in_flight;
    }
    return true;
}

bool conf_ledger_enter(struct conf_ledger *ledger, struct conf_world *world,
                       const struct conf_port *port, const struct conf_observation *observation,
                       uint8_t source, struct conf_record *record)
{
    struct conf_ledger_object *object = find_object(ledger, observation->object);

    if (object == NULL && !ledger->full) {
        object = add_object(ledger, observation->object, observation->machine,
                            observation->kind == CONF_OBSERVE_CREATE ? source : CONF_NONE);
    }
    if (object == NULL || ledger->full) {
        return false;
    }
    record->code = (uint8_t)observation->machine;
    record->a = object->ordinal;
    record->source = object->source;
    switch ((enum conf_observation_kind)observation->kind) {
    case CONF_OBSERVE_CREATE:
        record->kind = CONF_RECORD_OBJECT;
        return true;
    case CONF_OBSERVE_DESTROY:
        record->kind = CONF_RECORD_OBJECT_GONE;
        record->b = remove_object(ledger, object);
        return true;
    case CONF_OBSERVE_STATE:
        record->kind = CONF_RECORD_STATE;
        record->b = (uint64_t)(uint32_t)observation->from << 32 | (uint32_t)observation->to;
        record->word =
            port->transition_is_legal == NULL ||
            port->transition_is_legal(observation->machine, observation->from, observation->to);
        return true;
    case CONF_OBSERVE_RETAIN:
    case CONF_OBSERVE_RELEASE:
    case CONF_OBSERVE_DISPATCH:
        return enter_request(ledger, world, observation, object->ordinal, record);
    }
    return false;
}

void conf_ledger_sum(const struct conf_ledger *ledger, struct conf_world *world,
                     uint64_t *references, uint64_t *in_flight)
{
    *references = 0;
    *in_flight = 0;
    for (uint32_t i = 0; i < ledger->request_count; i++) {
        uint32_t held = ledger->request[i].references;
        *references += held;
        *in_flight += world->ops->in_flight == NULL
                          ? held
                          : world->ops->in_flight(world, ledger->request[i].identity);
    }
}
