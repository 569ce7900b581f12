/* output: a file that appears whole or not at all: it is written beside its place and renamed. What
 * is no file, as a device, is written to. */
#ifndef FUZZ_CLI_OUTPUT_H
#define FUZZ_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#define CLI_PATH_SIZE 4096

struct cli_output {
    FILE *file; /* write here */
    char path[CLI_PATH_SIZE];
    char beside[CLI_PATH_SIZE + 16]; /* the same as path, where nothing can be put in its place */
};

/* cli_output_open begins an output file; false (with a message on standard error) when it cannot
 * be written. A path of NULL or "-" means standard output. */
bool cli_output_open(struct cli_output *output, const char *path);

/* cli_output_commit puts the file in its place; false (with a message) when that fails, and then
 * nothing has changed. cli_output_abandon removes what was written. One of the two is called. */
bool cli_output_commit(struct cli_output *output);
void cli_output_abandon(struct cli_output *output);

/* cli_output_check tells, with a message, whether a file can be written there: before work whose
 * result would be lost. */
bool cli_output_check(const char *path);

/* cli_directory_make makes a directory and its parents; false with a message when it cannot. */
bool cli_directory_make(const char *path);

#endif
