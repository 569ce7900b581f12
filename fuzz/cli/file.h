/* file: whole files. */
#ifndef FUZZ_CLI_FILE_H
#define FUZZ_CLI_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* cli_file_read loads a file of at most `size_max` bytes; false after a message on standard error.
 * The caller frees *text, which has room for one character more. */
bool cli_file_read(const char *path, size_t size_max, char **text, size_t *size);

#endif
