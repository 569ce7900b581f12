/* port_core_stream: the streams of the port of core. Internal to port_core. */
#ifndef CONFORMANCE_PORTS_PORT_CORE_STREAM_H
#define CONFORMANCE_PORTS_PORT_CORE_STREAM_H

#include "conformance/port.h"

/* The functions of struct conf_port. */
struct conf_result conf_core_simplex_create(uint64_t capacity, void **stream);
struct conf_result conf_core_duplex_create(uint64_t capacity, void **one, void **two);
void conf_core_stream_split(uint32_t part, void *stream, void **reader, void **writer);
struct conf_result conf_core_stream_unsplit(uint32_t part, void *reader, void *writer,
                                            void **stream);
struct conf_result conf_core_stream_poll_read(uint32_t part, void *stream,
                                              const struct conf_task *task, void *buffer,
                                              size_t size);
struct conf_result conf_core_stream_poll_write(uint32_t part, void *stream,
                                               const struct conf_task *task,
                                               const struct conf_slice *slices, size_t slice_count);
struct conf_result conf_core_stream_flush(uint32_t part, void *stream,
                                          const struct conf_task *task);
struct conf_result conf_core_stream_shutdown(uint32_t part, void *stream,
                                             const struct conf_task *task);
void conf_core_stream_drop(uint32_t part, void *stream);
struct conf_result conf_core_duplex_register(void *stream, void *poll, uint64_t token,
                                             uint32_t interest);
struct conf_result conf_core_duplex_reregister(void *stream, void *poll, uint64_t token,
                                               uint32_t interest);
struct conf_result conf_core_duplex_deregister(void *stream, void *poll);
struct conf_result conf_core_duplex_read(void *stream, void *buffer, size_t size);
struct conf_result conf_core_duplex_write(void *stream, const void *data, size_t size);

#endif
