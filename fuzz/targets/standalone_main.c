/* standalone_main: runs a fuzz target over files, where no engine brings a main.
 *
 *   fuzz_TARGET FILE...     executes each file once; a finding aborts */
#include "fuzz/targets/fuzz_target.h"

#include <stdio.h>
#include <stdlib.h>

#define INPUT_SIZE_MAX ((size_t)1 << 20)

/* run_file executes one file; false when it cannot be read. */
static int run_file(const char *path, uint8_t *data)
{
    FILE *file = fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(data, 1, INPUT_SIZE_MAX, file);
    int good = file != NULL && ferror(file) == 0;

    if (file != NULL) {
        fclose(file);
    }
    if (!good) {
        fprintf(stderr, "%s: cannot be read, expected a fuzz input\n", path);
        return 0;
    }
    LLVMFuzzerTestOneInput(data, size);
    return 1;
}

int main(int argc, char **argv)
{
    uint8_t *data = malloc(INPUT_SIZE_MAX);
    int status = 0;

    if (data == NULL) {
        return EXIT_FAILURE;
    }
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc && status == 0; i++) {
        status = run_file(argv[i], data) ? 0 : 2;
    }
    printf("%d inputs executed, no finding\n", status == 0 ? argc - 1 : 0);
    free(data);
    return status;
}
