/* mswsock.h of the simulated Win32: the control codes that see through layered providers. */
#ifndef FAKES_MSWSOCK_H
#define FAKES_MSWSOCK_H

#include <winsock2.h>

#define SIO_BSP_HANDLE        ((DWORD)_WSAIOR(IOC_WS2, 27))
#define SIO_BSP_HANDLE_SELECT ((DWORD)_WSAIOR(IOC_WS2, 28))
#define SIO_BSP_HANDLE_POLL   ((DWORD)_WSAIOR(IOC_WS2, 29))
#define SIO_BASE_HANDLE       ((DWORD)_WSAIOR(IOC_WS2, 34))
#define SIO_UDP_CONNRESET     ((DWORD)_WSAIOW(IOC_VENDOR, 12))

#endif
