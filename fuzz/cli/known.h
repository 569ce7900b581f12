/* known: findings that are accepted for now, by key.
 *
 * One a line: KEY, the reason, and a link. `#` starts a comment. A known finding that does not show
 * is reported too, so that the list does not outlive its bugs. */
#ifndef FUZZ_CLI_KNOWN_H
#define FUZZ_CLI_KNOWN_H

#include "fuzz/cli/arguments.h"

#define CLI_KNOWN_MAX 256

struct cli_known {
    char *text;
    uint32_t count;
    struct {
        const char *key;
        const char *reason;
        bool seen;
    } item[CLI_KNOWN_MAX];
};

/* cli_known_load reads a list (an empty one when path is NULL); false after a message on standard
 * error. The caller gives it back with cli_known_unload. */
bool cli_known_load(struct cli_known *known, const char *path);
void cli_known_unload(struct cli_known *known);

/* cli_known_find returns the reason why a finding is accepted and notes that it was seen; NULL when
 * it is not in the list. */
const char *cli_known_find(struct cli_known *known, const char *key);

#endif
