/* fuzz_duplex: scenarios on streams in memory: several threads, halves, wakers that poll or drop
 * streams, and ends registered with a poll. Every answer is compared with the reference model
 * (conformance/channel.h). */
#include "fuzz/targets/scenario_target.h"

const struct scenario_target scenario_target = {
    .name = "fuzz_duplex",
    .profile = CONF_BYTES_DUPLEX,
};
