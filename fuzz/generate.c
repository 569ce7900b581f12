/* generate: bytes of a generator through the decoder of a fuzz target. */
#include "fuzz/generate.h"

#include "fuzz/explore/strategy.h"

#include <stdio.h>
#include <string.h>

#define SIZE_MIN       16u
#define SIZE_MAX_BYTES 96u

void fuzz_generate(enum conf_bytes_profile profile, uint64_t seed, struct conf_scenario *out)
{
    uint8_t bytes[SIZE_MAX_BYTES];
    const uint8_t *tail;
    size_t tail_size;
    size_t size = SIZE_MIN + fuzz_seed_mix(seed, 0) % (SIZE_MAX_BYTES - SIZE_MIN);

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)fuzz_seed_mix(seed, i + 1);
    }
    memset(out, 0, sizeof *out);
    conf_bytes_decode(profile, bytes, size, out, &tail, &tail_size);
    out->settings.short_writes = 0; /* Windows excludes it: only who asks for it gets it */
    snprintf(out->name, sizeof out->name, "generated-%016llx", (unsigned long long)seed);
}
