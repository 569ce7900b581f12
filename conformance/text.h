/* text: text of a fixed size that is put together piece by piece; what does not fit is cut. */
#ifndef CONFORMANCE_TEXT_H
#define CONFORMANCE_TEXT_H

#include "conformance/compiler.h"

#include <stddef.h>

struct conf_text {
    char *out; /* always with a final 0, unless size is 0 */
    size_t size, length;
};

/* conf_text_begin makes an empty text in memory of the caller. */
struct conf_text conf_text_begin(char *out, size_t size);

/* conf_text_add appends as printf does. */
void conf_text_add(struct conf_text *text, const char *format, ...) CONF_PRINTF(2, 3);

#endif
