/* output: write beside, then rename. */
#include "fuzz/cli/output.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool cli_output_open(struct cli_output *output, const char *path)
{
    output->path[0] = '\0';
    if (path == NULL || strcmp(path, "-") == 0) {
        output->file = stdout;
        return true;
    }
    if (strlen(path) >= sizeof output->path) {
        fprintf(stderr, "iocplab: %.40s...: the path is too long\n", path);
        return false;
    }
    strcpy(output->path, path);
    snprintf(output->beside, sizeof output->beside, "%s.%ld", path, (long)getpid());
    output->file = fopen(output->beside, "wb");
    if (output->file == NULL) {
        fprintf(stderr, "iocplab: %s: %s, expected a file that can be written\n", path,
                strerror(errno));
        return false;
    }
    return true;
}

bool cli_output_commit(struct cli_output *output)
{
    bool is_stdout = output->path[0] == '\0';
    bool good = fflush(output->file) == 0 && !ferror(output->file);

    if (!is_stdout) {
        good = fclose(output->file) == 0 && good;
        good = good && rename(output->beside, output->path) == 0;
    }
    if (!good) {
        fprintf(stderr, "iocplab: %s: %s\n", is_stdout ? "standard output" : output->path,
                strerror(errno));
        if (!is_stdout) {
            remove(output->beside);
        }
    }
    return good;
}

void cli_output_abandon(struct cli_output *output)
{
    if (output->path[0] != '\0') {
        fclose(output->file);
        remove(output->beside);
    }
}

bool cli_directory_make(const char *path)
{
    char part[CLI_PATH_SIZE];
    size_t length = strlen(path);

    if (length == 0 || length >= sizeof part) {
        fprintf(stderr, "iocplab: %.40s: expected the path of a directory\n", path);
        return false;
    }
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0') {
            continue;
        }
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST) {
            fprintf(stderr, "iocplab: %s: %s\n", part, strerror(errno));
            return false;
        }
    }
    return true;
}
