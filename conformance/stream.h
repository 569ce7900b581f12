/* stream: who is connected to whom in a history, and what was sent and received.
 *
 * Clients do not say which connection they got: with one server the range of its epochs between
 * begin and end of `open` tells, and the first byte received (which names its sender) settles it.
 * Part of the model; see model.h for what "racy" means. */
#ifndef CONFORMANCE_STREAM_H
#define CONFORMANCE_STREAM_H

#include "conformance/history.h"

#include <stdbool.h>
#include <stdint.h>

struct conf_model;

enum conf_way { CONF_IN, CONF_OUT, CONF_WAY_COUNT }; /* in: what a source reads, out: writes */

/* What one end sent in one of its epochs (0 for clients), and who receives it. */
struct conf_stream {
    uint8_t writer;
    uint8_t reader; /* CONF_NONE until its first byte arrives */
    bool excused;   /* some of it may rightly be lost */
    uint32_t epoch;
    uint32_t reader_epoch;
    uint64_t accepted, received;
};

#define CONF_STREAMS_MAX 64

struct conf_stream_table {
    uint32_t count;
    struct conf_stream stream[CONF_STREAMS_MAX];
    bool racy[CONF_SOURCES_MAX][2];    /* per pipe: what the client gets, what the server gets */
    bool phantom[CONF_SOURCES_MAX];    /* per pipe: an open failed after it may have connected */
    uint8_t servers[CONF_SOURCES_MAX]; /* per name: how many server ends it has, */
    uint8_t clients[CONF_SOURCES_MAX]; /* and how many TCP streams that connect to it */
};

/* conf_stream_begin empties the table for a scenario. */
void conf_stream_begin(struct conf_stream_table *table, const struct conf_scenario *scenario);

/* conf_stream_find returns what `writer` sent in an epoch; NULL if it never tried. */
struct conf_stream *conf_stream_find(struct conf_stream_table *table, uint8_t writer,
                                     uint32_t epoch);

/* conf_stream_open makes the stream of a writer's epoch, if there is none. It returns false when
 * there is no room. */
bool conf_stream_open(struct conf_stream_table *table, uint8_t writer, uint32_t epoch);

/* conf_stream_may_reach tells whether a stream may be what a source receives in its epoch now. */
bool conf_stream_may_reach(const struct conf_model *model, const struct conf_stream *stream,
                           uint8_t reader);

/* conf_stream_incoming returns the stream that a source certainly receives now, NULL when it is not
 * certain which one. */
const struct conf_stream *conf_stream_incoming(const struct conf_model *model, uint8_t reader);

/* conf_stream_peer_left tells whether the other end of a source's connection may have closed it or,
 * for clients, been disconnected. */
bool conf_stream_peer_left(const struct conf_model *model, uint8_t source);

/* conf_stream_peer_is_gone tells whether it certainly has, and nothing keeps its handle open, for
 * one direction: a peer that has only ended what it sends still takes what is written to it. */
bool conf_stream_peer_is_gone(const struct conf_model *model, uint8_t source, enum conf_way way);

/* conf_stream_racy tells whether overlapping verbs make it unknown which bytes arrive at a source
 * (CONF_IN) or come from it (CONF_OUT); conf_stream_make_racy says that they do. */
bool conf_stream_racy(const struct conf_model *model, uint8_t source, enum conf_way way);
void conf_stream_make_racy(struct conf_model *model, uint8_t source, enum conf_way way);

#endif
