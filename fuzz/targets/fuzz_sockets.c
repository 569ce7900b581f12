/* fuzz_sockets: scenarios on sockets and user-made sources: listeners, connections from both sides,
 * datagrams, plain sockets as their peers. */
#include "fuzz/targets/scenario_target.h"

const struct scenario_target scenario_target = {
    .name = "fuzz_sockets",
    .profile = CONF_BYTES_SOCKETS,
};
