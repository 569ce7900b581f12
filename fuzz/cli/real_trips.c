/* trips: round trips without a clock, for those who count what they cost: the calls that reach the
 * wineserver are the same on every machine. */
#include "fuzz/cli/real_bench.h"
#include "fuzz/cli/verbs.h"

#include <stdlib.h>
#include <string.h>

static const struct cli_real_trip *find(const char *name)
{
    const struct cli_real_trip *const tables[] = {cli_real_trips_pipe, cli_real_trips_tcp,
                                                  cli_real_trips_waker};

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (const struct cli_real_trip *trip = tables[i]; trip->name != NULL; trip++) {
            if (strcmp(trip->name, name) == 0) {
                return trip;
            }
        }
    }
    return NULL;
}

int cli_real_trips(const struct cli_verb *verb, int argc, char **argv)
{
    uint64_t count = 100;
    const struct cli_option option[] = {
        {"count", 0, CLI_COUNT, "N", "how many round trips (100)", &count, NULL},
    };
    const struct cli_real_trip *trip;
    void *context;
    char **operand;
    int operands;
    bool good;
    int status = cli_parse(verb, argc, argv, option, 1, 1, 1, &operand, &operands);

    if (status != -1) {
        return status;
    }
    trip = find(operand[0]);
    if (trip == NULL) {
        return cli_complain(verb,
                            "%s is no bench, expected %s, %s, %s, %s, or one with -plain behind it",
                            operand[0], cli_real_trips_pipe[0].name, cli_real_trips_pipe[2].name,
                            cli_real_trips_tcp[0].name, cli_real_trips_waker[0].name);
    }
    context = trip->begin();
    good = context != NULL && trip->loop(context, (uint32_t)count);
    if (context != NULL) {
        trip->end(context);
    }
    return good ? CLI_CLEAN : cli_complain(verb, "%s fails", operand[0]);
}
