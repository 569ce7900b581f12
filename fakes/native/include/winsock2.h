/* winsock2.h of native Linux: there are no sockets, only what other headers need. */
#ifndef FAKES_NATIVE_WINSOCK2_H
#define FAKES_NATIVE_WINSOCK2_H

#include <windows.h>

#endif
