/* file: see file.h. */
#include "fuzz/cli/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool cli_file_read(const char *path, size_t size_max, char **text, size_t *size)
{
    FILE *file = fopen(path, "rb");
    size_t got = 0;

    *text = file == NULL ? NULL : malloc(size_max + 1);
    if (*text != NULL) {
        got = fread(*text, 1, size_max + 1, file);
    }
    if (*text == NULL || ferror(file) || got > size_max) {
        fprintf(stderr, "%s: %s, expected a file of at most %lu bytes that can be read\n", path,
                got > size_max ? "too large" : strerror(errno), (unsigned long)size_max);
        free(*text);
        if (file != NULL) {
            fclose(file);
        }
        return false;
    }
    fclose(file);
    *size = got;
    return true;
}
