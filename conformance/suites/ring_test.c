/* ring_test: what is put into a ring comes out of it, wherever it lies in memory. */
#include "conformance/suites/fact.h"
#include "core/ring.h"

#define BLOCK ((size_t)4096)

struct fixture {
    struct rdy_ring ring;
    struct rdy_ring_cursor writer, reader;
    uint64_t put, taken;
};

static BYTE bytes[2 * RDY_RING_SEGMENT_SIZE];

/* Different at each position for a long way. */
static BYTE byte_at(uint64_t position)
{
    return (BYTE)(position * 7 + (position >> 8) * 13 + (position >> 16));
}

static void set_up(struct fixture *fixture, size_t capacity)
{
    *fixture = (struct fixture){.put = 0};
    rdy_ring_init(&fixture->ring, capacity);
}

static void tear_down(struct fixture *fixture)
{
    rdy_ring_deinit(&fixture->ring, &fixture->reader);
}

static void put(struct fixture *fixture, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = byte_at(fixture->put + i);
    }
    EXPECT_EQUAL(
        rdy_ring_put(&fixture->ring, &fixture->writer, fixture->taken, fixture->put, bytes, size),
        size);
    fixture->put += size;
}

static void take(struct fixture *fixture, size_t size)
{
    FillMemory(bytes, size, 0xcc);
    rdy_ring_take(&fixture->ring, &fixture->reader, fixture->taken, bytes, size);
    for (size_t i = 0; i < size; i++) {
        EXPECT_EQUAL(bytes[i], byte_at(fixture->taken + i));
    }
    fixture->taken += size;
}

static void an_unused_ring_has_no_memory(void)
{
    struct fixture fixture;
    set_up(&fixture, BLOCK);
    EXPECT(fixture.ring.first == NULL);
    tear_down(&fixture);
}

static void bytes_go_around_the_end(void)
{
    struct fixture fixture;
    set_up(&fixture, 7);
    put(&fixture, 5);
    take(&fixture, 3);
    put(&fixture, 5);
    take(&fixture, 4);
    put(&fixture, 4);
    take(&fixture, 7);
    tear_down(&fixture);
}

static void a_full_ring_is_full_at_every_offset(void)
{
    struct fixture fixture;
    set_up(&fixture, 3);
    for (int i = 0; i < 7; i++) {
        put(&fixture, 3);
        take(&fixture, 1);
        put(&fixture, 1);
        take(&fixture, 3);
    }
    tear_down(&fixture);
}

static void a_ring_that_ran_empty_starts_over(void)
{
    struct fixture fixture;
    set_up(&fixture, BLOCK);
    put(&fixture, 10);
    take(&fixture, 10);
    put(&fixture, 1);
    EXPECT_EQUAL(fixture.writer.offset, 1);
    put(&fixture, 20);
    take(&fixture, 1);
    take(&fixture, 20);
    EXPECT_EQUAL(fixture.reader.offset, 21);
    tear_down(&fixture);
}

static void more_than_a_segment_is_linked(void)
{
    struct fixture fixture;
    set_up(&fixture, 4 * RDY_RING_SEGMENT_SIZE);
    put(&fixture, RDY_RING_SEGMENT_SIZE + 10);
    put(&fixture, RDY_RING_SEGMENT_SIZE + 10);
    take(&fixture, RDY_RING_SEGMENT_SIZE - 1);
    take(&fixture, 2);
    put(&fixture, 2 * RDY_RING_SEGMENT_SIZE - 30);
    take(&fixture, 2 * RDY_RING_SEGMENT_SIZE);
    take(&fixture, RDY_RING_SEGMENT_SIZE - 11);
    EXPECT_EQUAL(fixture.put, fixture.taken);
    put(&fixture, 100);
    take(&fixture, 100);
    tear_down(&fixture);
}

/* The reader stands at the end of a segment that it has read whole, the writer in the next. */
static void a_ring_runs_empty_at_a_link(void)
{
    struct fixture fixture;
    set_up(&fixture, 2 * RDY_RING_SEGMENT_SIZE);
    put(&fixture, RDY_RING_SEGMENT_SIZE);
    put(&fixture, 1);
    take(&fixture, RDY_RING_SEGMENT_SIZE);
    take(&fixture, 1);
    put(&fixture, 5);
    take(&fixture, 5);
    put(&fixture, 2 * RDY_RING_SEGMENT_SIZE);
    take(&fixture, 2 * RDY_RING_SEGMENT_SIZE);
    put(&fixture, 1);
    take(&fixture, 1);
    tear_down(&fixture);
}

static void unread_segments_are_freed(void)
{
    struct fixture fixture;
    set_up(&fixture, 4 * RDY_RING_SEGMENT_SIZE);
    put(&fixture, RDY_RING_SEGMENT_SIZE);
    put(&fixture, RDY_RING_SEGMENT_SIZE);
    put(&fixture, 1);
    tear_down(&fixture);
}

/* The first byte is what memory is taken for: without it nothing is put, and nothing is lost. */
static void without_memory_nothing_is_put(void)
{
    struct fixture fixture;
    set_up(&fixture, BLOCK);
    size_t done = rdy_ring_put(&fixture.ring, &fixture.writer, 0, 0, bytes, 16);
    EXPECT(done == 0 || done == 16);
    fixture.put += done;
    fixture.taken += done;
    put(&fixture, 16);
    take(&fixture, 16);
    tear_down(&fixture);
}

static const struct fact facts[] = {
    FACT(an_unused_ring_has_no_memory, 0),
    FACT(bytes_go_around_the_end, 0),
    FACT(a_full_ring_is_full_at_every_offset, 0),
    FACT(a_ring_that_ran_empty_starts_over, 0),
    FACT(more_than_a_segment_is_linked, FACT_DULL_ONLY), /* one thread, and much to copy */
    FACT(a_ring_runs_empty_at_a_link, FACT_DULL_ONLY),   /* the same */
    FACT(unread_segments_are_freed, FACT_DULL_ONLY),     /* the same */
    FACT(without_memory_nothing_is_put, FACT_WITH_FAULTS),
};

FACT_SUITE(ring);
