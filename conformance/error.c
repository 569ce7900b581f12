#include "conformance/error.h"

#include <stdarg.h>
#include <stdio.h>

void conf_error_set(struct conf_error *error, const char *file, uint32_t line, uint32_t column,
                    const char *expected, const char *format, ...)
{
    va_list arguments;

    snprintf(error->file, sizeof(error->file), "%s", file);
    snprintf(error->expected, sizeof(error->expected), "%s", expected);
    va_start(arguments, format);
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    error->line = line;
    error->column = column;
}

size_t conf_error_format(const struct conf_error *error, char *out, size_t size)
{
    char position[32] = "";
    int length;

    if (error->line != 0) {
        snprintf(position, sizeof(position), ":%u:%u", error->line, error->column);
    }
    length = snprintf(out, size, "%s%s: %s%s%s", error->file, position, error->message,
                      error->expected[0] != 0 ? ", expected " : "", error->expected);
    if (length < 0) {
        return 0;
    }
    return (size_t)length < size ? (size_t)length : (size > 0 ? size - 1 : 0);
}
