/* bench_seeds: loads the files first, so that the loop does nothing but execute. */
#include "fuzz/targets/bench_seeds.h"

#include "fuzz/explore/host.h"
#include "fuzz/targets/fuzz_target.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#define SEEDS_MAX     1024u
#define SEED_SIZE_MAX 4096u
#define ROUNDS        16u /* between looks at the clock */

struct seed {
    uint8_t data[SEED_SIZE_MAX];
    size_t size;
};

/* load_seeds reads the files of a directory and returns how many. */
static size_t load_seeds(const char *directory, struct seed *seed)
{
    char pattern[4096];
    glob_t found;
    size_t count = 0;

    snprintf(pattern, sizeof pattern, "%s/*", directory);
    if (glob(pattern, 0, NULL, &found) != 0) {
        return 0;
    }
    for (size_t i = 0; i < found.gl_pathc && count < SEEDS_MAX; i++) {
        FILE *file = fopen(found.gl_pathv[i], "rb");
        if (file != NULL) {
            seed[count].size = fread(seed[count].data, 1, SEED_SIZE_MAX, file);
            count += ferror(file) == 0;
            fclose(file);
        }
    }
    globfree(&found);
    return count;
}

int bench_seeds(const char *directory, double seconds)
{
    struct seed *seed = calloc(SEEDS_MAX, sizeof *seed);
    size_t count = seed == NULL ? 0 : load_seeds(directory, seed);
    uint64_t begin_ns = fuzz_cpu_ns();
    uint64_t now_ns = begin_ns;
    uint64_t steps = 0;
    uint64_t executions = 0;

    if (count == 0) {
        fprintf(stderr, "%s: no seeds, expected a directory of fuzz inputs\n", directory);
        free(seed);
        return 2;
    }
    while ((double)(now_ns - begin_ns) < seconds * 1e9) {
        for (size_t i = 0; i < ROUNDS * count; i++) {
            steps += fuzz_target_run(seed[i % count].data, seed[i % count].size);
            executions++;
        }
        now_ns = fuzz_cpu_ns();
    }
    printf("%.0f steps/s %.0f executions/s\n", (double)steps / ((double)(now_ns - begin_ns) / 1e9),
           (double)executions / ((double)(now_ns - begin_ns) / 1e9));
    free(seed);
    return 0;
}
