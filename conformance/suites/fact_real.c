/* fact_real: facts on real Win32, or on its names over native threads. See fact.h.
 *
 * Each fact runs once, a race a number of times, on a thread of its own that a failed expectation
 * ends. Facts that end in an assertion would take the program with them and are left to the
 * simulated world. */
#include "conformance/suites/fact_real.h"

#include "conformance/suites/fact.h"
#include "core/win32.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACT_TIME_MAX_MS 20000u
/* A fact that must fail may do so by not ending. */
#define FAILURE_TIME_MAX_MS 2000u
#define SPIN_MS             50u
#define RUNS_OF_RACE        150u

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

static void print_outcomes(const struct fact *fact)
{
    for (size_t i = 0; fact->outcomes != NULL && fact->outcomes[i] != NULL; i++) {
        const char *how_often = seen[i] == 0              ? "never"
                                : seen[i] == RUNS_OF_RACE ? "always"
                                                          : "sometimes";
        printf("        %5u %s: %s\n", (unsigned)seen[i], how_often, fact->outcomes[i]);
    }
}

/* Prints the verdict; 1 if it is an error. */
static int judge(const struct fact *fact, const char *must_fail)
{
    int failed = failure[0] != '\0';
    if (must_fail != NULL && failed) {
        printf("known %s: %s (%s)\n", fact->name, must_fail, failure);
    } else if (must_fail != NULL) {
        printf("FAIL  %s: passes, but must not: %s\n", fact->name, must_fail);
    } else {
        printf("%s  %s%s%s\n", failed ? "FAIL" : "ok  ", fact->name, failed ? ": " : "", failure);
    }
    print_outcomes(fact);
    fflush(stdout);
    return failed != (must_fail != NULL);
}

static int run_fact(const struct fact *fact)
{
    uint32_t simulated =
        FACT_SIMULATED_ONLY | FACT_ENDS_IN_ASSERTION | FACT_WITH_FAULTS | FACT_WITH_SHORT_WRITES;
    if ((fact->flags & simulated) || fact->finding != NULL) {
        printf("skip  %s (simulated worlds only)\n", fact->name);
        return 0;
    }
    const char *must_fail = why_it_fails(fact);
    running = fact;
    failure[0] = '\0';
    memset(seen, 0, sizeof seen);
    uint32_t runs = fact->outcomes != NULL ? RUNS_OF_RACE : 1;
    for (uint32_t run = 0; run < runs && failure[0] == '\0'; run++) {
        run_once(fact, must_fail != NULL ? FAILURE_TIME_MAX_MS : FACT_TIME_MAX_MS);
    }
    return judge(fact, must_fail);
}

static void print_unsettled(const char *suite, const struct fact *facts, size_t count)
{
    for (size_t i = 0; fact_real_is_wine() && i < count; i++) {
        if (facts[i].unsettled != NULL) {
            printf("%s: only a real Windows can settle %s; so far: %s\n", suite, facts[i].name,
                   facts[i].unsettled);
        }
    }
}

int fact_main(const char *suite, const struct fact *facts, size_t count)
{
    int failed = 0;
    fact_real_watch();
    for (size_t i = 0; i < count; i++) {
        failed += run_fact(&facts[i]);
    }
    print_unsettled(suite, facts, count);
    printf("%s: %u facts, %d failed\n", suite, (unsigned)count, failed);
    return failed;
}
