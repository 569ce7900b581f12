/* fact_real: facts on real Win32. See fact.h.
 *
 * Each fact runs once, on a thread of its own that a failed expectation ends. Facts that end in an
 * assertion would take the program with them and are left to the simulated world. */
#include "conformance/suites/fact.h"

#include "core/observe.h"
#include "core/win32.h"

#include <stdio.h>
#include <stdlib.h>

#define FACT_TIME_MAX_MS 20000u

static char failure[512];

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
        snprintf(text, sizeof text, "%s to be %llu, it is %llu", what,
                 (unsigned long long)expected, (unsigned long long)actual);
        fact_failed(file, line, text);
    }
}

void fact_settle(void)
{
    fact_failed(__FILE__, __LINE__, "a simulated world");
}

static void observe(const struct rdy_observation *observation)
{
    if (observation->kind == RDY_OBSERVE_STATE &&
        !rdy_transition_is_legal(observation->machine, observation->from, observation->to)) {
        fact_failed(__FILE__, __LINE__, "a legal transition");
    }
}

static DWORD WINAPI run_body(LPVOID argument)
{
    const struct fact *fact = argument;
    fact->body();
    return 0;
}

static int is_wine(void)
{
    return GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_get_version") != NULL;
}

static const char *why_skipped(const struct fact *fact)
{
    uint32_t simulated = FACT_SIMULATED_ONLY | FACT_ENDS_IN_ASSERTION | FACT_WITH_FAULTS |
                         FACT_WITH_SHORT_WRITES;
    if (fact->flags & simulated) {
        return "simulated worlds only";
    }
    return (fact->flags & FACT_NOT_ON_WINE) && is_wine() ? "Wine differs" : NULL;
}

static int run_fact(const struct fact *fact)
{
    const char *reason = why_skipped(fact);
    if (reason != NULL) {
        printf("skip  %s (%s)\n", fact->name, reason);
        return 0;
    }
    failure[0] = '\0';
    HANDLE thread = CreateThread(NULL, 0, run_body, (LPVOID)fact, 0, NULL);
    if (WaitForSingleObject(thread, FACT_TIME_MAX_MS) != WAIT_OBJECT_0) {
        snprintf(failure, sizeof failure, "it ends within %u ms", FACT_TIME_MAX_MS);
    }
    CloseHandle(thread);
    printf("%s  %s%s%s\n", failure[0] == '\0' ? "ok  " : "FAIL", fact->name,
           failure[0] == '\0' ? "" : ": ", failure);
    fflush(stdout);
    return failure[0] != '\0';
}

int fact_main(const char *suite, const struct fact *facts, size_t count)
{
    int failed = 0;
    rdy_observe = observe;
    for (size_t i = 0; i < count; i++) {
        failed += run_fact(&facts[i]);
    }
    printf("%s: %u facts, %d failed\n", suite, (unsigned)count, failed);
    return failed;
}
