/* duplex_rate: what a block of bytes through core's duplex costs natively, polled by hand.
 *
 * usage: duplex_rate SIZE THREADS SECONDS
 *
 * It prints the nanoseconds of a block in the best of its slices of time, exactly as
 * conformance/ports/tokio_duplex does for tokio: blocks of SIZE bytes are written and read in turn
 * by one thread, or written by one thread and read by another. */
#include "core/duplex.h"
#include "core/win32.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CAPACITY ((size_t)65536)
#define SLICES   20u

struct block {
    rdy_duplex *stream;
    BYTE *bytes;
    size_t size;
    uint64_t count; /* how often it is written or read */
};

static void write_block(const struct block *block, const rdy_task *task)
{
    size_t done = 0;

    while (done < block->size) {
        size_t count;
        rdy_result result = rdy_duplex_poll_write(block->stream, task, block->bytes + done,
                                                  block->size - done, &count);
        if (result.status != RDY_DONE) {
            SwitchToThread();
        }
        done += count;
    }
}

static void read_block(const struct block *block, const rdy_task *task)
{
    size_t done = 0;

    while (done < block->size) {
        size_t count;
        rdy_result result = rdy_duplex_poll_read(block->stream, task, block->bytes + done,
                                                 block->size - done, &count);
        if (result.status != RDY_DONE) {
            SwitchToThread();
        }
        done += count;
    }
}

static double now(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart / (double)frequency.QuadPart;
}

static DWORD WINAPI read_all(LPVOID argument)
{
    const struct block *block = argument;
    const rdy_task task = {.waker = rdy_task_waker_noop()};

    for (uint64_t i = 0; i < block->count; i++) {
        read_block(block, &task);
    }
    return 0;
}

static void in_one_thread(const struct block *source, const struct block *target)
{
    const rdy_task task = {.waker = rdy_task_waker_noop()};

    for (uint64_t i = 0; i < source->count; i++) {
        write_block(source, &task);
        read_block(target, &task);
    }
}

static void in_two_threads(const struct block *source, struct block *target)
{
    const rdy_task task = {.waker = rdy_task_waker_noop()};
    HANDLE reader = CreateThread(NULL, 0, read_all, target, 0, NULL);

    if (reader == NULL) {
        fprintf(stderr, "duplex_rate: the host refuses a thread\n");
        exit(EXIT_FAILURE);
    }
    for (uint64_t i = 0; i < source->count; i++) {
        write_block(source, &task);
    }
    WaitForSingleObject(reader, INFINITE);
    CloseHandle(reader);
}

/* Seconds that `count` blocks take. */
static double time_blocks(size_t size, unsigned threads, uint64_t count)
{
    struct block source = {.bytes = calloc(1, size), .size = size, .count = count};
    struct block target = {.bytes = calloc(1, size), .size = size, .count = count};
    rdy_result result = rdy_duplex_create(CAPACITY, &source.stream, &target.stream);

    if (result.status != RDY_DONE || source.bytes == NULL || target.bytes == NULL) {
        fprintf(stderr, "duplex_rate: the host refuses memory\n");
        exit(EXIT_FAILURE);
    }
    double begin = now();
    if (threads == 1) {
        in_one_thread(&source, &target);
    } else {
        in_two_threads(&source, &target);
    }
    double elapsed = now() - begin;
    rdy_duplex_destroy(source.stream);
    rdy_duplex_destroy(target.stream);
    free(source.bytes);
    free(target.bytes);
    return elapsed;
}

int main(int argc, char **argv)
{
    size_t size = argc == 4 ? strtoull(argv[1], NULL, 10) : 0;
    unsigned threads = argc == 4 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;

    if (size == 0 || threads < 1 || threads > 2) {
        fprintf(stderr, "usage: duplex_rate SIZE THREADS SECONDS, THREADS 1 or 2\n");
        return 2;
    }
    double slice = strtod(argv[3], NULL) / SLICES;
    uint64_t count = 16;
    while (time_blocks(size, threads, count) < slice) {
        count *= 2;
    }
    double best = time_blocks(size, threads, count);
    for (unsigned i = 1; i < SLICES; i++) {
        double elapsed = time_blocks(size, threads, count);
        best = elapsed < best ? elapsed : best;
    }
    printf("%.3f ns\n", best * 1e9 / (double)count);
    return 0;
}
