/* port_raw_socket: plain sockets that never block, as the functions of a port: the peer. Part of
 * port_raw and of the real world's plain handles. A handle is the socket itself. */
#ifndef CONFORMANCE_PORTS_PORT_RAW_SOCKET_H
#define CONFORMANCE_PORTS_PORT_RAW_SOCKET_H

#include "conformance/port.h"

struct conf_result conf_raw_tcp_listen(const struct conf_address *address, uint32_t backlog,
                                       void **listener);
struct conf_result conf_raw_tcp_connect(const struct conf_address *address, void **stream);
struct conf_result conf_raw_tcp_accept(void *listener, void **stream);
struct conf_result conf_raw_tcp_shutdown(void *stream, uint32_t how);
struct conf_result conf_raw_tcp_urgent(void *stream);
struct conf_result conf_raw_udp_bind(const struct conf_address *address, void **socket);
struct conf_result conf_raw_udp_connect(void *socket, const struct conf_address *address);
struct conf_result conf_raw_udp_receive_from(void *socket, void *buffer, size_t size,
                                             struct conf_address *from);
struct conf_result conf_raw_udp_send_to(void *socket, const void *data, size_t size,
                                        const struct conf_address *to);
struct conf_result conf_raw_socket_read(uint32_t kind, void *socket, const struct conf_room *rooms,
                                        size_t count);
struct conf_result conf_raw_socket_peek(uint32_t kind, void *socket, void *buffer, size_t size);
struct conf_result conf_raw_socket_write(uint32_t kind, void *socket,
                                         const struct conf_slice *slices, size_t count);
struct conf_result conf_raw_socket_option(uint32_t kind, void *socket, uint32_t family,
                                          uint32_t option, uint32_t value);
void conf_raw_socket_drop(uint32_t kind, void *socket);

#endif
