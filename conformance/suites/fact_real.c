/* fact_real: facts on real Win32, or on its names over native threads. See fact.h.
 *
 * Each fact runs once, a race a number of times, on a thread of its own that a failed expectation
 * ends. Facts that end in an assertion would take the program with them and are left to the
 * simulated world. */
#include "conformance/suites/fact_real.h"

#include "conformance/suites/fact_program.h"
#include "core/win32.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FACT_TIME_MAX_MS 20000u
/* A fact that must fail may do so by not ending. */
#define FAILURE_TIME_MAX_MS 2000u
#define SPIN_MS             50u
/* A race is run so often, or as often as it can be in a while. */
#define RACE_RUNS_MAX    150u
#define RACE_TIME_MAX_MS 3000u

static char failure[512];
static const struct fact *running;
static uint32_t seen[FACT_OUTCOMES_MAX]; /* how often, by the running fact, which is a race */

void fact_failed(const char *file, unsigned line, const char *what)
{
    if (failure[0] == '\0') {
        snprintf(failure, sizeof failure, "%s:%u: expected %s", file, line, what);
    }
    ExitThread(1);
    abort(); /* ExitThread does not return; the compiler cannot know */
}

void fact_expect_equal(const char *file, unsigned line, const char *what, uint64_t actual,
                       uint64_t expected)
{
    if (actual != expected) {
        char text[256];
        snprintf(text, sizeof text, "%s to be %llu, it is %llu", what, (unsigned long long)expected,
                 (unsigned long long)actual);
        fact_failed(file, line, text);
    }
}

void fact_saw(const char *outcome)
{
    for (size_t i = 0; running->outcomes != NULL && running->outcomes[i] != NULL; i++) {
        if (strcmp(running->outcomes[i], outcome) == 0) {
            seen[i]++;
            return;
        }
    }
    char text[256];
    snprintf(text, sizeof text, "a legal outcome, not \"%s\"", outcome);
    fact_failed(__FILE__, __LINE__, text);
}

void fact_settle(void)
{
    fact_failed(__FILE__, __LINE__, "a simulated world");
}

void fact_spin(void)
{
    ULONGLONG end = GetTickCount64() + SPIN_MS;
    while (GetTickCount64() < end) {
        SwitchToThread();
    }
}

static DWORD WINAPI run_body(LPVOID argument)
{
    const struct fact *fact = argument;
    if (fact->check != NULL) {
        fact->check(fact->row);
    } else {
        fact->body();
    }
    return 0;
}

/* Why it must fail in this world; NULL if it must hold. */
static const char *why_it_fails(const struct fact *fact)
{
    return fact_real_is_wine() ? fact->on_wine : NULL;
}

static void run_once(const struct fact *fact, DWORD time_max_ms)
{
    HANDLE thread = CreateThread(NULL, 0, run_body, (LPVOID)fact, 0, NULL);
    if (WaitForSingleObject(thread, time_max_ms) != WAIT_OBJECT_0 && failure[0] == '\0') {
        snprintf(failure, sizeof failure, "it does not end within %u ms", (unsigned)time_max_ms);
    }
    CloseHandle(thread);
}

static void print_outcomes(const struct fact *fact, uint32_t runs)
{
    for (size_t i = 0; fact->outcomes != NULL && fact->outcomes[i] != NULL; i++) {
        const char *how_often = seen[i] == 0 ? "never" : seen[i] == runs ? "always" : "sometimes";
        print_message("# %5u %s: %s\n", (unsigned)seen[i], how_often, fact->outcomes[i]);
    }
}

/* A real Windows settles what had only evidence so far. */
static void print_verdict(const struct fact *fact)
{
    if (fact->unsettled == NULL) {
        return;
    }
    if (fact_real_is_wine()) {
        print_message("# only a real Windows can settle %s; so far: %s\n", fact->name,
                      fact->unsettled);
    } else if (failure[0] == '\0') {
        print_message("# this Windows settles %s: it holds (so far: %s)\n", fact->name,
                      fact->unsettled);
    } else {
        print_message("# this Windows settles %s: it does not hold: %s (so far: %s)\n", fact->name,
                      failure, fact->unsettled);
    }
}

bool fact_is_of_this_world(const struct fact *fact)
{
    uint32_t simulated =
        FACT_SIMULATED_ONLY | FACT_ENDS_IN_ASSERTION | FACT_WITH_FAULTS | FACT_WITH_SHORT_WRITES;
    return (fact->flags & simulated) == 0 && fact->finding == NULL;
}

void fact_case(void **state)
{
    const struct fact *fact = *state;
    const char *must_fail = why_it_fails(fact);
    uint32_t runs_max = fact->outcomes != NULL ? RACE_RUNS_MAX : 1, runs = 0;
    ULONGLONG begin = GetTickCount64();
    running = fact;
    failure[0] = '\0';
    memset(seen, 0, sizeof seen);
    while (runs < runs_max && failure[0] == '\0' &&
           (runs == 0 || GetTickCount64() - begin < RACE_TIME_MAX_MS)) {
        run_once(fact, must_fail != NULL ? FAILURE_TIME_MAX_MS : FACT_TIME_MAX_MS);
        runs++;
    }
    print_outcomes(fact, runs);
    print_verdict(fact);
    if (must_fail != NULL && failure[0] != '\0') {
        print_message("# known to fail here: %s (%s)\n", must_fail, failure);
    } else if (must_fail != NULL) {
        fail_msg("it holds, but must not here: %s", must_fail);
    } else if (failure[0] != '\0') {
        fail_msg("%s", failure);
    }
}

bool fact_world_begin(void)
{
    setvbuf(stdout, NULL, _IONBF, 0); /* what was printed is there when a fact ends the program */
    fact_real_watch();
    return true;
}

void fact_world_end(void)
{
    /* It was there before and stays. */
}
