/* output: write beside, then rename. */
#include "fuzz/cli/output.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether the output is renamed when it is done. */
static bool is_beside(const struct cli_output *output)
{
    return strcmp(output->beside, output->path) != 0;
}

/* What there is at a path: S_IFREG, S_IFDIR or another kind; 0 if nothing. */
static mode_t kind_of(const char *path)
{
    struct stat there;
    return stat(path, &there) == 0 ? there.st_mode & S_IFMT : 0;
}

bool cli_output_open(struct cli_output *output, const char *path)
{
    mode_t kind = path == NULL ? 0 : kind_of(path);

    output->path[0] = '\0';
    if (path == NULL || strcmp(path, "-") == 0) {
        output->file = stdout;
        return true;
    }
    if (path[0] == '\0' || strlen(path) >= sizeof output->path) {
        fprintf(stderr, "iocplab: '%.40s': expected the path of a file, at most %zu bytes\n", path,
                sizeof output->path - 1);
        return false;
    }
    if (kind == S_IFDIR) {
        fprintf(stderr, "iocplab: %s: a directory, expected a file\n", path);
        return false;
    }
    strcpy(output->path, path);
    if (kind == 0 || kind == S_IFREG) {
        snprintf(output->beside, sizeof output->beside, "%s.%ld", path, (long)getpid());
    } else {
        strcpy(output->beside, path);
    }
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
        good = good && (!is_beside(output) || rename(output->beside, output->path) == 0);
    }
    if (!good) {
        fprintf(stderr, "iocplab: %s: %s\n", is_stdout ? "standard output" : output->path,
                strerror(errno));
        if (!is_stdout && is_beside(output)) {
            remove(output->beside);
        }
    }
    return good;
}

void cli_output_abandon(struct cli_output *output)
{
    if (output->path[0] != '\0') {
        fclose(output->file);
        if (is_beside(output)) {
            remove(output->beside);
        }
    }
}

bool cli_output_check(const char *path)
{
    struct cli_output output;

    if (!cli_output_open(&output, path)) {
        return false;
    }
    cli_output_abandon(&output);
    return true;
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
            fprintf(stderr, "iocplab: %s: %s, expected a directory or nothing\n", part,
                    strerror(errno));
            return false;
        }
    }
    if (kind_of(path) != S_IFDIR || access(path, W_OK) != 0) {
        fprintf(stderr, "iocplab: %s: expected a directory that can be written to\n", path);
        return false;
    }
    return true;
}
