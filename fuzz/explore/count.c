/* count: three digits and a unit. */
#include "fuzz/explore/count.h"

#include <stddef.h>
#include <stdio.h>

const char *fuzz_count_format(double value, char out[FUZZ_COUNT_SIZE])
{
    static const char *const unit[] = {"", "k", "M", "G", "T"};
    size_t i = 0;

    while (value >= 999.5 && i + 1 < sizeof unit / sizeof unit[0]) {
        value /= 1000;
        i++;
    }
    if (i == 0) {
        snprintf(out, FUZZ_COUNT_SIZE, "%.0f", value);
    } else {
        snprintf(out, FUZZ_COUNT_SIZE, "%.*f%s",
                 value < 10    ? 2
                 : value < 100 ? 1
                               : 0,
                 value, unit[i]);
    }
    return out;
}
