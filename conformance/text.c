#include "conformance/text.h"

#include <stdarg.h>
#include <stdio.h>

struct conf_text conf_text_begin(char *out, size_t size)
{
    if (size > 0) {
        out[0] = '\0';
    }
    return (struct conf_text){.out = out, .size = size};
}

void conf_text_add(struct conf_text *text, const char *format, ...)
{
    va_list arguments;
    int written;

    if (text->length + 1 >= text->size) {
        return;
    }
    va_start(arguments, format);
    written = vsnprintf(text->out + text->length, text->size - text->length, format, arguments);
    va_end(arguments);
    text->length += written > 0 ? (size_t)written : 0;
    if (text->length >= text->size) {
        text->length = text->size - 1;
    }
}
