/* fuzz_target: what every fuzz target defines: the two functions of libFuzzer's interface and one
 * for measuring. */
#ifndef FUZZ_TARGETS_FUZZ_TARGET_H
#define FUZZ_TARGETS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);

/* LLVMFuzzerTestOneInput executes one input and returns 0; it aborts on a finding. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* fuzz_target_run does the same without looking at what is found, and returns how many visible
 * steps the execution had. */
uint32_t fuzz_target_run(const uint8_t *data, size_t size);

#endif
