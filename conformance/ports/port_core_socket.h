/* port_core_socket: core's sockets and user-made sources as the functions of a port. Part of
 * port_core. */
#ifndef CONFORMANCE_PORTS_PORT_CORE_SOCKET_H
#define CONFORMANCE_PORTS_PORT_CORE_SOCKET_H

#include "conformance/port.h"

struct conf_result conf_core_tcp_listen(const struct conf_address *address, uint32_t backlog,
                                        void **listener);
struct conf_result conf_core_tcp_connect(const struct conf_address *address, void **stream);
struct conf_result conf_core_tcp_accept(void *listener, void **stream);
struct conf_result conf_core_tcp_shutdown(void *stream, uint32_t how);
struct conf_result conf_core_udp_bind(const struct conf_address *address, void **socket);
struct conf_result conf_core_udp_connect(void *socket, const struct conf_address *address);
struct conf_result conf_core_udp_receive_from(void *socket, void *buffer, size_t size,
                                              struct conf_address *from);
struct conf_result conf_core_udp_send_to(void *socket, const void *data, size_t size,
                                         const struct conf_address *to);
struct conf_result conf_core_socket_register(uint32_t kind, void *socket, void *poll,
                                             uint64_t token, uint32_t interest);
struct conf_result conf_core_socket_reregister(uint32_t kind, void *socket, void *poll,
                                               uint64_t token, uint32_t interest);
struct conf_result conf_core_socket_deregister(uint32_t kind, void *socket, void *poll);
struct conf_result conf_core_socket_take_error(uint32_t kind, void *socket);
struct conf_result conf_core_socket_read(uint32_t kind, void *socket, const struct conf_room *rooms,
                                         size_t count);
struct conf_result conf_core_socket_peek(uint32_t kind, void *socket, void *buffer, size_t size);
struct conf_result conf_core_socket_write(uint32_t kind, void *socket,
                                          const struct conf_slice *slices, size_t count);
struct conf_result conf_core_socket_option(uint32_t kind, void *socket, uint32_t family,
                                           uint32_t option, uint32_t value);
struct conf_result conf_core_socket_address(uint32_t kind, void *socket, uint32_t of,
                                            struct conf_address *address);
void conf_core_socket_drop(uint32_t kind, void *socket);

struct conf_result conf_core_user_create(void **source);
struct conf_result conf_core_user_register(void *source, void *poll, uint64_t token,
                                           uint32_t interest);
struct conf_result conf_core_user_reregister(void *source, void *poll, uint64_t token,
                                             uint32_t interest);
struct conf_result conf_core_user_deregister(void *source, void *poll);
struct conf_result conf_core_user_ready(void *source, uint32_t flags);
struct conf_result conf_core_user_take(void *source, uint32_t direction);
void conf_core_user_drop(void *source);

#endif
