/* support_net: see support_net.h. */
#include "fuzz/canaries/programs/support_net.h"

#define IOCTL_AFD_POLL 0x12024

static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

SOCKET canary_socket(uint16_t port)
{
    struct sockaddr_in address = loopback(port);
    WSADATA data;
    SOCKET s;

    canary_check(WSAStartup(MAKEWORD(2, 2), &data) == 0, "no Winsock");
    s = socket(AF_INET, SOCK_DGRAM, 0);
    canary_check(s != INVALID_SOCKET, "no socket could be made");
    canary_check(bind(s, (struct sockaddr *)&address, sizeof address) == 0, "the port is taken");
    return s;
}

void canary_datagram(SOCKET from, uint16_t port)
{
    struct sockaddr_in address = loopback(port);

    canary_check(sendto(from, "x", 1, 0, (struct sockaddr *)&address, sizeof address) == 1,
                 "nothing could be sent");
}

void canary_socket_close(SOCKET s)
{
    closesocket(s);
    WSACleanup();
}

HANDLE canary_afd_open(HANDLE port)
{
    WCHAR text[] = L"\\Device\\Afd\\canary";
    UNICODE_STRING name = {sizeof text - sizeof text[0], sizeof text, text};
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK block;
    HANDLE afd = NULL;

    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    canary_check(NtCreateFile(&afd, SYNCHRONIZE, &attributes, &block, NULL, 0,
                              FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL, 0) == 0,
                 "the driver cannot be opened");
    canary_check(CreateIoCompletionPort(afd, port, 0, 0) != NULL, "no association");
    return afd;
}

int32_t canary_afd_poll(HANDLE afd, struct canary_poll *poll, SOCKET s, uint32_t events,
                        BOOL exclusive)
{
    poll->info.timeout = INT64_MAX;
    poll->info.count = 1;
    poll->info.exclusive = (uint32_t)exclusive;
    poll->info.handle = s;
    poll->info.events = events;
    poll->info.status = 0;
    return NtDeviceIoControlFile(afd, NULL, NULL, poll, &poll->block, IOCTL_AFD_POLL, &poll->info,
                                 sizeof poll->info, &poll->info, sizeof poll->info);
}

struct canary_poll *canary_packet(HANDLE port)
{
    DWORD count;
    ULONG_PTR key;
    OVERLAPPED *overlapped = NULL;

    GetQueuedCompletionStatus(port, &count, &key, &overlapped, INFINITE);
    return (struct canary_poll *)overlapped;
}
