/* world_win32_raw: the plain handles of the real world: those of port_raw, whose calls on one end
 * are made one after the other, except those that wait. */
#ifndef CONFORMANCE_WORLDS_WORLD_WIN32_RAW_H
#define CONFORMANCE_WORLDS_WORLD_WIN32_RAW_H

#include "conformance/port.h"

extern const struct conf_port conf_world_win32_raw;

#endif
