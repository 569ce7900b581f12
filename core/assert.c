/* assert: see assert.h. */
#include "core/assert.h"

#include "core/win32.h"

#define MESSAGE_SIZE 512

/* Appends as much of `text` as fits before the final 0 and returns the new length. */
static size_t append(char *message, size_t length, const char *text)
{
    while (*text != '\0' && length + 1 < MESSAGE_SIZE) {
        message[length] = *text;
        length++;
        text++;
    }
    return length;
}

static size_t append_number(char *message, size_t length, unsigned number)
{
    char digits[12];
    size_t first = sizeof digits - 1;
    digits[first] = '\0';
    do {
        first--;
        digits[first] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return append(message, length, digits + first);
}

void rdy_assert_failed(const char *file, unsigned line, const char *expression)
{
    /* Put together by hand: the state of the program is unknown, and so is that of its libc. */
    char message[MESSAGE_SIZE];
    size_t length = append(message, 0, file);
    length = append(message, length, ":");
    length = append_number(message, length, line);
    length = append(message, length, ": assertion failed: ");
    length = append(message, length, expression);
    message[length] = '\0';
    OutputDebugStringA(message);
    RaiseFailFastException(NULL, NULL, 0);
    for (;;) {
        /* A debugger may return from the exception; the caller must still never go on. */
        SwitchToThread();
    }
}
