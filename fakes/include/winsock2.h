/* winsock2.h of the simulated Win32. Sockets are not simulated yet: only what other headers need. */
#ifndef FAKES_WINSOCK2_H
#define FAKES_WINSOCK2_H

#include <windows.h>

#endif
