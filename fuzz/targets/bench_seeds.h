/* bench_seeds: how fast a fuzz target runs over its seeds. */
#ifndef FUZZ_TARGETS_BENCH_SEEDS_H
#define FUZZ_TARGETS_BENCH_SEEDS_H

/* bench_seeds executes the files of a directory round-robin for `seconds` of processor time, prints
 * "STEPS steps/s EXECUTIONS executions/s" and returns an exit status. */
int bench_seeds(const char *directory, double seconds);

#endif
