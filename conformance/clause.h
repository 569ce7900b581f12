/* clause: the text of CONTRACT.md, clause by clause. The document is built in. */
#ifndef CONFORMANCE_CLAUSE_H
#define CONFORMANCE_CLAUSE_H

#include <stdbool.h>

#define CONF_CLAUSE_TEXT_SIZE 1024

/* One row of a table of CONTRACT.md, without the marks of Markdown. */
struct conf_clause {
    char level[8]; /* MUST or SHOULD */
    char text[CONF_CLAUSE_TEXT_SIZE];
    char source[160];
};

/* conf_clause_find fills *clause with the clause of that id ("POLL-1"); false when there is none,
 * and then its texts are empty. */
bool conf_clause_find(const char *id, struct conf_clause *clause);

#endif
