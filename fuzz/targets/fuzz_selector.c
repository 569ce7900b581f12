/* fuzz_selector: scenarios on many sources that several threads register, change and drop while one
 * polls and others wake it. */
#include "fuzz/targets/scenario_target.h"

const struct scenario_target scenario_target = {
    .name = "fuzz_selector",
    .profile = CONF_BYTES_SELECTOR,
};
