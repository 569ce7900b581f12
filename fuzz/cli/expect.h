/* expect: what a port is known not to do, for `iocplab conform --expect`.
 *
 *     fail SCENARIO CLAUSE REASON ... LINK
 *     skip SCENARIO REASON ... LINK
 *
 * One a line; `#` starts a comment. `fail` is searched all the same, and to find nothing is an
 * error then: the list must not outlive its bugs. `skip` is not searched. */
#ifndef FUZZ_CLI_EXPECT_H
#define FUZZ_CLI_EXPECT_H

#include <stdbool.h>
#include <stdint.h>

#define CLI_EXPECT_MAX 256

struct cli_expectation {
    bool is_skip;
    const char *scenario;
    const char *clause; /* "" for skip */
    const char *reason; /* with its link */
    uint32_t line;
    bool seen; /* set by whoever finds it fulfilled */
};

struct cli_expect {
    char *text;
    uint32_t count;
    struct cli_expectation item[CLI_EXPECT_MAX];
};

/* cli_expect_load reads a list (an empty one when path is NULL); false after a message on standard
 * error. The caller gives it back with cli_expect_unload. */
bool cli_expect_load(struct cli_expect *expect, const char *path);
void cli_expect_unload(struct cli_expect *expect);

/* cli_expect_find returns the line about a scenario and a clause ("": skip), NULL if there is none.
 */
struct cli_expectation *cli_expect_find(struct cli_expect *expect, const char *scenario,
                                        const char *clause);

#endif
