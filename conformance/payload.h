/* payload: the bytes that scenarios send, made so that what arrives tells where it came from.
 *
 * Each byte is a function of its sender, the sender's epoch (connection) and its place in what that
 * sender sent in that epoch. Loss, repetition, reordering and crossing of connections all show. */
#ifndef CONFORMANCE_PAYLOAD_H
#define CONFORMANCE_PAYLOAD_H

#include "conformance/history.h"
#include "conformance/model.h"

#include <stddef.h>
#include <stdint.h>

/* conf_payload_fill writes the bytes [offset, offset + size) of a sender's epoch. */
void conf_payload_fill(uint8_t *out, size_t size, uint8_t writer, uint32_t epoch, uint64_t offset);

/* What conf_payload_check found. */
struct conf_payload_report {
    bool bound; /* these are the first bytes of a connection: `writer` and `epoch` sent them */
    uint8_t writer;
    uint32_t epoch;
    bool mismatch; /* the byte at `offset` is wrong, in the way `kind` */
    enum conf_mismatch kind;
    uint64_t offset;
    uint8_t expected, got;
};

/* conf_payload_check compares bytes that `reader` has just read (its read verb still runs in the
 * model) with what may have been sent to it. Nothing is concluded where the model says racy. */
struct conf_payload_report conf_payload_check(const struct conf_model *model, uint8_t reader,
                                              const uint8_t *got, size_t size);

/* conf_payload_check_channel does the same with bytes just read from a stream in memory. */
struct conf_payload_report conf_payload_check_channel(const struct conf_model *model,
                                                      uint8_t number, const uint8_t *got,
                                                      size_t size);

#endif
