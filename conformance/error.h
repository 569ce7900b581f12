/* error: what is wrong with an input file, where, and what was expected instead.
 *
 * Every reader reports its first error only, in this one form. Plain data of the caller. */
#ifndef CONFORMANCE_ERROR_H
#define CONFORMANCE_ERROR_H

#include "conformance/compiler.h"

#include <stddef.h>
#include <stdint.h>

#define CONF_ERROR_TEXT_MAX 512 /* each part, with the final 0; longer ones are cut */

struct conf_error {
    char file[CONF_ERROR_TEXT_MAX];
    uint32_t line, column; /* from 1, columns count bytes; 0 for the file as a whole */
    char message[CONF_ERROR_TEXT_MAX];
    char expected[CONF_ERROR_TEXT_MAX]; /* empty when nothing in particular was */
};

/* conf_error_set fills *error. `expected` is copied as it is; the message is formatted. */
void conf_error_set(struct conf_error *error, const char *file, uint32_t line, uint32_t column,
                    const char *expected, const char *format, ...) CONF_PRINTF(6, 7);

/* conf_error_format writes `file:line:column: message, expected ...` without newline (the position
 * is left out when it is 0), and returns its length. It cuts at `size`, which may be 0. */
size_t conf_error_format(const struct conf_error *error, char *out, size_t size);

#endif
