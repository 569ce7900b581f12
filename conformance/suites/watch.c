/* watch: see watch.h. */
#include "conformance/suites/watch.h"

#include "conformance/suites/fact.h"
#include "core/observe.h"
#include "fakes/world.h"

#define OBJECTS_MAX  256u
#define REQUESTS_MAX 512u

struct request {
    const void *object;
    const void *overlapped;
    uint32_t references;
};

static struct {
    uint32_t object_count;
    const void *object[OBJECTS_MAX];
    uint32_t request_count; /* of living objects */
    struct request request[REQUESTS_MAX];
} watched;

static struct request *find_request(const struct rdy_observation *observation)
{
    for (uint32_t i = 0; i < watched.request_count; i++) {
        if (watched.request[i].overlapped == observation->overlapped) {
            return &watched.request[i];
        }
    }
    EXPECT(watched.request_count < REQUESTS_MAX);
    struct request *request = &watched.request[watched.request_count++];
    *request =
        (struct request){.object = observation->object, .overlapped = observation->overlapped};
    return request;
}

static void forget_requests(const void *object)
{
    for (uint32_t i = 0; i < watched.request_count;) {
        if (watched.request[i].object == object) {
            EXPECT_EQUAL(watched.request[i].references, 0);
            watched.request[i] = watched.request[--watched.request_count];
        } else {
            i++;
        }
    }
}

static void create(const void *object)
{
    EXPECT(watched.object_count < OBJECTS_MAX);
    watched.object[watched.object_count++] = object;
}

static void destroy(const void *object)
{
    uint32_t i = 0;
    while (i < watched.object_count && watched.object[i] != object) {
        i++;
    }
    EXPECT(i < watched.object_count);
    watched.object[i] = watched.object[--watched.object_count];
    forget_requests(object);
}

static void observe(const struct rdy_observation *observation)
{
    switch (observation->kind) {
    case RDY_OBSERVE_CREATE:
        create(observation->object);
        break;
    case RDY_OBSERVE_DESTROY:
        destroy(observation->object);
        break;
    case RDY_OBSERVE_STATE:
        EXPECT(rdy_transition_is_legal(observation->machine, observation->from, observation->to));
        break;
    case RDY_OBSERVE_RETAIN:
        EXPECT_EQUAL(sim_inflight(observation->overlapped), 0);
        find_request(observation)->references++;
        break;
    case RDY_OBSERVE_RELEASE:
        EXPECT(find_request(observation)->references > 0);
        find_request(observation)->references--;
        break;
    case RDY_OBSERVE_DISPATCH:
        EXPECT_EQUAL(find_request(observation)->references, 1);
        EXPECT_EQUAL(sim_inflight(observation->overlapped), 0);
        break;
    }
}

void watch_begin(void)
{
    watched.object_count = 0;
    watched.request_count = 0;
    rdy_observe = observe;
}

void watch_end(void)
{
    EXPECT_EQUAL(watched.object_count, 0);
    rdy_observe = NULL;
}
