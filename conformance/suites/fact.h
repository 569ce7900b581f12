/* fact: one fact a case, from one source in every world.
 *
 * A suite is a table of facts, each of them a cmocka case. In the simulated world its body runs as
 * the first simulated thread under the dull schedule and then under a number of random ones, and
 * any finding of the simulator, leaks included, fails it. In a real world each body runs once on a
 * thread of its own. Nothing unwinds a stack of the world: a failed expectation is recorded, the
 * body's thread ends where it stands, and the case fails on the runner's stack.
 *
 * A fact that is a race names its outcomes: each execution reports the one it came to. In the
 * simulated world the outcomes of all schedules together must be exactly those; a real world runs
 * it a number of times, must stay within them, and its histogram is printed.
 *
 * A fact known to fail on Wine must fail there: an unexpected pass is an error. What no real
 * Windows has settled yet is printed with the evidence there is, by a real Windows with its
 * verdict.
 *
 * A suite includes this and what it tests, never the simulator. */
#ifndef CONFORMANCE_SUITES_FACT_H
#define CONFORMANCE_SUITES_FACT_H

#include <stddef.h>
#include <stdint.h>

/* Where and how a fact holds. */
enum fact_flag {
    FACT_SIMULATED_ONLY = 1,     /* needs a setting or a power that no real world has */
    FACT_REAL_ONLY = 2,          /* needs what the simulator does not model yet */
    FACT_ENDS_IN_ASSERTION = 4,  /* its body breaks the rules and must be stopped by an assertion */
    FACT_WITH_FAULTS = 8,        /* simulated: one fault an execution, random schedules only */
    FACT_WITH_SHORT_WRITES = 16, /* simulated: pipes may take a part of a write */
    FACT_DULL_ONLY = 32,         /* holds under the dull schedule only, say why beside the fact */
    /* Simulated: random schedules also vary what real kernels differ in, unless the fact is plain;
     * then only the time of results varies, and what these name. */
    FACT_PLAIN = 64,
    FACT_RESULTS_AT_DEQUEUE = 128,
    FACT_RESULTS_EARLY = 256,
    FACT_RESULTS_ANY_TIME = 512,
    FACT_CANCEL_RACES = 1024,
    FACT_ANY_WAITER = 2048,
    FACT_FIRST_WAITER = 4096,
    FACT_COARSE_CLOCK = 8192,
    FACT_PENDING_THOUGH_DONE = 16384,
    FACT_BAD_HANDLES = 32768,   /* a bad handle is an error code, not a finding */
    FACT_SPINS = 65536,         /* a thread waits by running: random schedules only */
    FACT_LARGE_QUOTAS = 131072, /* pipes take at least 64 KiB, whatever they were asked for */
    /* Simulated, of sockets. */
    FACT_LATE_POLLS = 1 << 20,
    FACT_SPURIOUS_POLLS = 1 << 21,
    FACT_CROSSED_POLLS = 1 << 22,
    FACT_LAYERED = 1 << 23,       /* a provider layered over the sockets that tells its base */
    FACT_LAYERED_BSP = 1 << 24,   /* one that tells only what is next below it */
    FACT_SMALL_BUFFERS = 1 << 25, /* sockets buffer 16 bytes each way, unless told otherwise */
    FACT_LATE_PACKETS = 1 << 26,  /* of requests: packets may come some time after their ends */
    FACT_WINE_SOCKETS = 1 << 27   /* sockets may do what those of Wine do */
};

#define FACT_OUTCOMES_MAX 16u

struct fact {
    const char *name;
    void (*body)(void);
    uint32_t flags; /* enum fact_flag */
    /* a fact of a table: called with `row` in place of body */
    void (*check)(const void *row);
    const void *row;
    const char *finding;         /* simulated only: the oracle that must stop every execution */
    const char *on_wine;         /* why it must fail on Wine; NULL: it must hold there */
    const char *unsettled;       /* what evidence there is, if no real Windows has settled it */
    const char *const *outcomes; /* of a race: at most FACT_OUTCOMES_MAX names, then NULL */
};

#define FACT(body_function, fact_flags)                                      \
    {                                                                        \
        .name = #body_function, .body = body_function, .flags = (fact_flags) \
    }
/* For facts that say more of themselves: {FACT_OF(function), .on_wine = "...", ...}. */
#define FACT_OF(body_function) .name = #body_function, .body = body_function
#define FACT_OUTCOMES(...)            \
    .outcomes = (const char *const[]) \
    {                                 \
        __VA_ARGS__, NULL             \
    }

/* EXPECT states a part of a fact; when it is false the case ends here and fails. */
#define EXPECT(expression) ((expression) ? (void)0 : fact_failed(__FILE__, __LINE__, #expression))
/* EXPECT_EQUAL does so for two numbers and shows both. */
#define EXPECT_EQUAL(actual, expected) \
    fact_expect_equal(__FILE__, __LINE__, #actual, (uint64_t)(actual), (uint64_t)(expected))

/* fact_failed records that the fact does not hold and ends the calling thread of the world. */
_Noreturn void fact_failed(const char *file, unsigned line, const char *what);
void fact_expect_equal(const char *file, unsigned line, const char *what, uint64_t actual,
                       uint64_t expected);

/* fact_saw reports the outcome of this execution of a race, one of those it names. Once, from any
 * thread of the world. */
void fact_saw(const char *outcome);

/* fact_settle waits until nothing else can happen in the world: the other threads have ended or are
 * blocked. Real worlds cannot tell: facts that need it are FACT_SIMULATED_ONLY. */
void fact_settle(void);

/* fact_spin keeps the calling thread running, never blocked, while others may do what they can:
 * some visible steps of a simulated world, a twentieth of a second of a real one. */
void fact_spin(void);

/* The facts of one file. Programs of suites list theirs (fact_program.h). */
struct fact_suite {
    const char *name;
    const struct fact *facts;
    size_t count;
};

/* FACT_SUITE makes a suite of the table `facts` of this file, named as the file without _test.c. */
#define FACT_SUITE(suite) \
    const struct fact_suite fact_suite_##suite = {#suite, facts, sizeof facts / sizeof facts[0]}

#endif
