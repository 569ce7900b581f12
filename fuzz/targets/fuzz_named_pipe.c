/* fuzz_named_pipe: scenarios on polls, wakers and named pipes. */
#include "fuzz/targets/scenario_target.h"

const struct scenario_target scenario_target = {
    .name = "fuzz_named_pipe",
    .profile = CONF_BYTES_NAMED_PIPE,
};
