#include "wake.h"

#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/search.h"

#include <stdio.h>

#define EXECUTIONS 1000

static void body(void *argument)
{
    (void)argument;
    if (wake_another() <= 0) {
        sim_report("consumer", "the event did not come");
    }
}

int main(void)
{
    struct fuzz_body_subject subject;
    struct fuzz_search_options options = {
        .strategy = &fuzz_strategy_random, .config.seed = 1, .executions_max = EXECUTIONS};
    static struct fuzz_search_result result;

    fuzz_body_subject_init(&subject, "wake", body, NULL);
    fuzz_search(&subject.subject, &options, &result);
    printf("%llu executions, %u findings\n", (unsigned long long)result.statistics.executions,
           result.finding_count);
    int status = result.finding_count != 0 || result.statistics.executions < EXECUTIONS;
    fuzz_search_result_deinit(&result);
    return status;
}
