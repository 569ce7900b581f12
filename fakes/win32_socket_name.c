/* win32_socket_name: byte order, and addresses as text (ws2_32). Nothing here is a step, for nobody
 * can observe when it happens. The host is little-endian. */
#include "fakes/heap.h"

#include <winsock2.h>
#include <ws2tcpip.h>

#include <stdio.h>
#include <string.h>

u_short htons(u_short value)
{
    return (u_short)(value << 8 | value >> 8);
}

u_short ntohs(u_short value)
{
    return htons(value);
}

ULONG htonl(ULONG value)
{
    return __builtin_bswap32(value);
}

ULONG ntohl(ULONG value)
{
    return htonl(value);
}

/* ---- text to address ---- */

/* Reads a number below `limit` in base 10 or 16; NULL if there is none. */
static const char *parse_number(const char *text, unsigned base, unsigned limit, unsigned *number)
{
    const char *at = text;
    *number = 0;
    for (;; at++) {
        unsigned digit;
        if (*at >= '0' && *at <= '9') {
            digit = (unsigned)(*at - '0');
        } else if (base == 16 && ((*at | 32) >= 'a' && (*at | 32) <= 'f')) {
            digit = (unsigned)((*at | 32) - 'a') + 10;
        } else {
            break;
        }
        *number = *number * base + digit;
        if (*number >= limit) {
            return NULL;
        }
    }
    return at != text ? at : NULL;
}

static bool parse_ipv4(const char *text, uint8_t *bytes)
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned number;
        text = parse_number(text, 10, 256, &number);
        if (text == NULL || *text != (i < 3 ? '.' : 0)) {
            return false;
        }
        bytes[i] = (uint8_t)number;
        text++;
    }
    return true;
}

/* The groups of an IPv6 address as far as they go; gap is where "::" stands, or -1. */
struct groups {
    uint8_t bytes[16];
    unsigned count; /* bytes */
    int gap;
};

static bool parse_groups(const char *text, struct groups *groups)
{
    if (text[0] == ':' && text[1] == ':') {
        groups->gap = 0;
        text += 2;
    }
    while (*text != 0) {
        unsigned number;
        if (groups->count <= 12 && parse_ipv4(text, groups->bytes + groups->count)) {
            groups->count += 4;
            return true;
        }
        text = parse_number(text, 16, 0x10000, &number);
        if (text == NULL || groups->count > 14) {
            return false;
        }
        groups->bytes[groups->count++] = (uint8_t)(number >> 8);
        groups->bytes[groups->count++] = (uint8_t)number;
        if (text[0] == ':' && text[1] == ':' && groups->gap < 0) {
            groups->gap = (int)groups->count;
            text += 2;
        } else if (text[0] == ':' && text[1] != 0) {
            text++;
        } else if (*text != 0) {
            return false;
        }
    }
    return true;
}

static bool parse_ipv6(const char *text, uint8_t *bytes)
{
    struct groups groups = {.gap = -1};
    if (!parse_groups(text, &groups) || (groups.gap < 0) != (groups.count == 16)) {
        return false;
    }
    size_t head = groups.gap < 0 ? 16 : (size_t)groups.gap;
    size_t tail = groups.count - head;
    memset(bytes, 0, 16);
    memcpy(bytes, groups.bytes, head);
    memcpy(bytes + 16 - tail, groups.bytes + head, tail);
    return true;
}

int inet_pton(int family, const char *text, void *address)
{
    if (family != AF_INET && family != AF_INET6) {
        SetLastError(WSAEAFNOSUPPORT);
        return -1;
    }
    uint8_t bytes[16];
    bool ok = family == AF_INET ? parse_ipv4(text, bytes) : parse_ipv6(text, bytes);
    if (ok) {
        memcpy(address, bytes, family == AF_INET ? 4 : 16);
    }
    return ok;
}

ULONG inet_addr(const char *text)
{
    ULONG address;
    return inet_pton(AF_INET, text, &address) == 1 ? address : INADDR_NONE;
}

/* ---- address to text ---- */

static int format_ipv4(const uint8_t *bytes, char *text, size_t size)
{
    return snprintf(text, size, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

/* The longest run of zero groups, at least two, the first of those as long: what "::" stands for.
 */
static void longest_zeros(const uint8_t *bytes, unsigned groups, unsigned *start, unsigned *length)
{
    *start = *length = 0;
    for (unsigned i = 0; i < groups; i++) {
        unsigned run = 0;
        while (i + run < groups && bytes[2 * (i + run)] == 0 && bytes[2 * (i + run) + 1] == 0) {
            run++;
        }
        if (run > *length && run >= 2) {
            *start = i;
            *length = run;
        }
        i += run;
    }
}

static int format_ipv6(const uint8_t *bytes, char *text, size_t size)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    bool embeds = memcmp(bytes, mapped, sizeof mapped) == 0;
    unsigned groups = embeds ? 6 : 8, start, zeros;
    size_t length = 0;
    longest_zeros(bytes, groups, &start, &zeros);
    for (unsigned i = 0; i < groups && length < size;) {
        const char *colon = i != 0 ? ":" : "";
        if (zeros != 0 && i == start) {
            i += zeros;
            length += (size_t)snprintf(text + length, size - length, i == groups ? "::" : ":");
            continue;
        }
        unsigned value = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
        length += (size_t)snprintf(text + length, size - length, "%s%x", colon, value);
        i++;
    }
    if (embeds && length < size) {
        length += (size_t)snprintf(text + length, size - length, ":");
        length += length < size ? (size_t)format_ipv4(bytes + 12, text + length, size - length) : 0;
    }
    return (int)length;
}

const char *inet_ntop(int family, const void *address, char *text, size_t size)
{
    if (family != AF_INET && family != AF_INET6) {
        SetLastError(WSAEAFNOSUPPORT);
        return NULL;
    }
    int length =
        family == AF_INET ? format_ipv4(address, text, size) : format_ipv6(address, text, size);
    if ((size_t)length >= size) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return text;
}

/* ---- names ---- */

/* One block: freeaddrinfo gives back exactly what getaddrinfo has allocated. */
struct result {
    struct addrinfo info;
    struct sockaddr_in6 address; /* or a sockaddr_in */
};

static bool resolve(const char *node, int family, bool passive, uint8_t *bytes)
{
    const char *name = node;
    if (node == NULL) {
        name = family == AF_INET ? (passive ? "0.0.0.0" : "127.0.0.1") : (passive ? "::" : "::1");
    } else if (strcmp(node, "localhost") == 0) {
        name = family == AF_INET ? "127.0.0.1" : "::1";
    }
    return family == AF_INET ? parse_ipv4(name, bytes) : parse_ipv6(name, bytes);
}

static struct addrinfo *result_create(int family, const struct addrinfo *hints,
                                      const uint8_t *bytes, u_short port)
{
    struct result *result = heap_alloc(sizeof *result, true);
    result->info.ai_family = family;
    result->info.ai_socktype = hints->ai_socktype;
    result->info.ai_protocol = hints->ai_protocol;
    result->info.ai_addr = (struct sockaddr *)(void *)&result->address;
    if (family == AF_INET) {
        struct sockaddr_in *in = (struct sockaddr_in *)(void *)&result->address;
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        memcpy(&in->sin_addr, bytes, 4);
        result->info.ai_addrlen = sizeof *in;
    } else {
        result->address.sin6_family = AF_INET6;
        result->address.sin6_port = htons(port);
        memcpy(&result->address.sin6_addr, bytes, 16);
        result->info.ai_addrlen = sizeof result->address;
    }
    return &result->info;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    static const int families[] = {AF_INET6, AF_INET}; /* the order in which Windows prefers them */
    struct addrinfo none = {0};
    hints = hints != NULL ? hints : &none;
    unsigned port = 0;
    if (service != NULL) {
        const char *end = parse_number(service, 10, 65536, &port);
        if (end == NULL || *end != 0) {
            return EAI_SERVICE;
        }
    }
    struct addrinfo **last = result;
    *result = NULL;
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        uint8_t bytes[16];
        if ((hints->ai_family == AF_UNSPEC || hints->ai_family == families[i]) &&
            resolve(node, families[i], hints->ai_flags & AI_PASSIVE, bytes)) {
            *last = result_create(families[i], hints, bytes, (u_short)port);
            last = &(*last)->ai_next;
        }
    }
    return *result != NULL ? 0 : EAI_NONAME;
}

void freeaddrinfo(struct addrinfo *list)
{
    while (list != NULL) {
        struct addrinfo *next = list->ai_next;
        heap_free(list);
        list = next;
    }
}
