/* real_corpus: see real_corpus.h. */
#include "fuzz/cli/real_corpus.h"

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIRECTORY IOCPLAB_ROOT "/corpus/scenarios/"

static int compare(const void *left, const void *right)
{
    return strcmp(left, right);
}

static bool add(struct cli_corpus *corpus, const char *name)
{
    void *grown = realloc(corpus->path, (corpus->count + 1) * sizeof *corpus->path);

    if (grown == NULL) {
        return false;
    }
    corpus->path = grown;
    snprintf(corpus->path[corpus->count++], CLI_CORPUS_PATH, "%s%s", DIRECTORY, name);
    return true;
}

bool cli_corpus_find(struct cli_corpus *corpus)
{
    WIN32_FIND_DATAA found;
    HANDLE search = FindFirstFileA(DIRECTORY "*.scn", &found);
    bool good = true;

    *corpus = (struct cli_corpus){0};
    if (search == INVALID_HANDLE_VALUE) {
        return true;
    }
    do {
        good = add(corpus, found.cFileName);
    } while (good && FindNextFileA(search, &found));
    FindClose(search);
    if (!good) {
        cli_corpus_free(corpus);
        return false;
    }
    qsort(corpus->path, corpus->count, sizeof *corpus->path, compare);
    return true;
}

void cli_corpus_free(struct cli_corpus *corpus)
{
    free(corpus->path);
    *corpus = (struct cli_corpus){0};
}

bool cli_name_fits(const char *pattern, const char *name)
{
    while (*pattern != '\0' && *pattern != '*') {
        if (*name == '\0' || (*pattern != '?' && *pattern != *name)) {
            return false;
        }
        pattern++;
        name++;
    }
    if (*pattern == '\0') {
        return *name == '\0';
    }
    for (const char *rest = name;; rest++) {
        if (cli_name_fits(pattern + 1, rest)) {
            return true;
        }
        if (*rest == '\0') {
            return false;
        }
    }
}
