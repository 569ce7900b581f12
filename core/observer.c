/* observer: the variable of observe.h, alone: who uses a part of core does not link the names of
 * all machines. */
#include "core/observe.h"

rdy_observe_function rdy_observe;
