/* bounded_queue: capacity 1, SRW lock, condition variables. */
#include "fuzz/explore/examples/bounded_queue.h"

#include "fakes/world.h"

#include <windows.h>

#define CAPACITY    1u
#define THREADS_MAX 4u

/* Set up anew by each execution. */
static struct {
    const struct bounded_queue_shape *shape;
    SRWLOCK lock;
    CONDITION_VARIABLE not_full;
    CONDITION_VARIABLE not_empty;
    uint32_t slot[CAPACITY];
    uint32_t count;
    uint64_t sum;   /* of what was taken */
    uint32_t taken; /* how often */
    uint32_t next_producer;
    uint32_t next_consumer;
    uint32_t running; /* threads */
} queue;

static CONDITION_VARIABLE *not_empty(void)
{
    return queue.shape->shared_condition ? &queue.not_full : &queue.not_empty;
}

/* leave ends a thread; the last one looks at what came of it. */
static void leave(void)
{
    uint64_t total = (uint64_t)queue.shape->producers * queue.shape->items;

    if (--queue.running > 0) {
        return;
    }
    if (queue.taken != total || queue.sum != total * (total + 1) / 2) {
        sim_report("data-loss", "took %u items that add up to %llu, expected %llu and %llu",
                   queue.taken, (unsigned long long)queue.sum, (unsigned long long)total,
                   (unsigned long long)(total * (total + 1) / 2));
    }
}

static void produce(void *unused)
{
    uint32_t first = queue.next_producer++ * queue.shape->items;

    (void)unused;
    for (uint32_t i = 0; i < queue.shape->items; i++) {
        AcquireSRWLockExclusive(&queue.lock);
        while (queue.count == CAPACITY) {
            SleepConditionVariableSRW(&queue.not_full, &queue.lock, INFINITE, 0);
        }
        queue.slot[queue.count++] = first + i + 1;
        WakeConditionVariable(not_empty());
        ReleaseSRWLockExclusive(&queue.lock);
    }
    leave();
}

/* consume takes its share: the total divided by the consumers, the first ones one more. */
static void consume(void *unused)
{
    uint32_t total = queue.shape->producers * queue.shape->items;
    uint32_t number = queue.next_consumer++;
    uint32_t share =
        total / queue.shape->consumers + (number < total % queue.shape->consumers ? 1 : 0);

    (void)unused;
    for (uint32_t i = 0; i < share; i++) {
        AcquireSRWLockExclusive(&queue.lock);
        while (queue.count == 0) {
            SleepConditionVariableSRW(not_empty(), &queue.lock, INFINITE, 0);
        }
        queue.sum += queue.slot[--queue.count];
        queue.taken++;
        WakeConditionVariable(&queue.not_full);
        ReleaseSRWLockExclusive(&queue.lock);
    }
    leave();
}

void bounded_queue_run(void *argument)
{
    static const char *const producer_name[THREADS_MAX] = {"P1", "P2", "P3", "P4"};
    static const char *const consumer_name[THREADS_MAX] = {"C1", "C2", "C3", "C4"};
    const struct bounded_queue_shape *shape = argument;

    ZeroMemory(&queue, sizeof queue);
    queue.shape = shape;
    queue.running = shape->producers + shape->consumers;
    for (uint32_t i = 0; i < shape->producers; i++) {
        sim_spawn(producer_name[i], produce, NULL);
    }
    for (uint32_t i = 0; i < shape->consumers; i++) {
        sim_spawn(consumer_name[i], consume, NULL);
    }
}
