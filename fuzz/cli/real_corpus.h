/* real_corpus: the scenarios that this tree ships, found with Win32. */
#ifndef FUZZ_CLI_REAL_CORPUS_H
#define FUZZ_CLI_REAL_CORPUS_H

#include <stdbool.h>
#include <stddef.h>

#define CLI_CORPUS_PATH 512

struct cli_corpus {
    size_t count;
    char (*path)[CLI_CORPUS_PATH]; /* in alphabetical order, owned */
};

/* cli_corpus_find lists the files of corpus/scenarios; none when the directory is not there. False
 * without memory. The caller gives the list back with cli_corpus_free. */
bool cli_corpus_find(struct cli_corpus *corpus);
void cli_corpus_free(struct cli_corpus *corpus);

/* cli_name_fits tells whether a name fits a pattern, in which `*` stands for any characters and `?`
 * for one. */
bool cli_name_fits(const char *pattern, const char *name);

#endif
