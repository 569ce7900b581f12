/* count: large numbers for people. */
#ifndef FUZZ_EXPLORE_COUNT_H
#define FUZZ_EXPLORE_COUNT_H

/* fuzz_count_format writes a number with three digits and a unit: 12, 3.42k, 17.0M, 4.00G. It
 * returns `out`. */
#define FUZZ_COUNT_SIZE 16
const char *fuzz_count_format(double value, char out[FUZZ_COUNT_SIZE]);

#endif
