/* datagram: what was sent over udp sockets in a history, datagram by datagram.
 *
 * A datagram has a number among those its writer has begun to send, and bytes that say which (see
 * SCENARIO.md, Payload). Part of the model; who receives what is told by records. */
#ifndef CONFORMANCE_DATAGRAM_H
#define CONFORMANCE_DATAGRAM_H

#include "conformance/history.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_DATAGRAM_STRIDE UINT64_C(1024) /* between the first bytes of two, in the payload */
#define CONF_DATAGRAMS_MAX   (CONF_VERBS_MAX + 2 * CONF_SOURCES_MAX)

struct conf_datagram {
    uint8_t writer;
    uint8_t to;    /* the udp socket whose address it is sent to, CONF_NONE: nobody */
    bool anywhere; /* or another one: a connect ran at the same time */
    uint8_t cast;  /* enum conf_cast */
    bool ended;    /* its verb has: it was sent, or `refused` */
    bool refused;
    uint32_t number; /* among those of its writer, from 0 */
    uint32_t size;
    uint32_t begun, sent; /* numbers of the records of its verb */
    uint32_t readers;     /* a bit for each source that has received it */
};

struct conf_datagram_table {
    uint32_t count;
    uint32_t running[CONF_THREADS_MAX + 1]; /* by thread: index of the one it sends */
    uint32_t last[CONF_SOURCES_MAX]; /* by reader: index of the last one it received, plus 1 */
    struct conf_datagram datagram[CONF_DATAGRAMS_MAX];
};

struct conf_model;

/* conf_datagram_begin empties the table. */
void conf_datagram_begin(struct conf_datagram_table *table);

/* conf_datagram_send takes in that a verb begins to send one, and conf_datagram_sent that it ended.
 * Refused ones, and those that would block, were never sent. */
void conf_datagram_send(struct conf_model *model, const struct conf_record *record);
void conf_datagram_sent(struct conf_model *model, const struct conf_record *record, uint32_t seq);

/* conf_datagram_is_connecting tells whether a verb that connects a udp socket runs. */
bool conf_datagram_is_connecting(const struct conf_model *model, uint8_t source);

/* conf_datagram_peer_is_open tells whether several threads connect a udp socket, and not all to
 * the same: nobody knows who was last. Or whether the last connect has failed: nobody says here to
 * whom it was connected before. */
bool conf_datagram_peer_is_open(const struct conf_model *model, uint8_t source);

/* conf_datagram_connect takes in that a verb begins to connect a socket. */
void conf_datagram_connect(struct conf_model *model, uint8_t writer);

/* conf_datagram_running returns the number of the datagram that a thread is sending. */
uint32_t conf_datagram_running(const struct conf_model *model, uint8_t thread);

/* conf_datagram_received takes in that a source has received number `number` of a writer. */
void conf_datagram_received(struct conf_datagram_table *table, uint8_t writer, uint32_t number,
                            uint8_t reader);

/* conf_datagram_may_reach tells whether one is addressed so that a source may receive it. */
bool conf_datagram_may_reach(const struct conf_model *model, const struct conf_datagram *datagram,
                             uint8_t reader);

/* conf_datagram_is_expected tells whether anything was begun to be sent that may reach a source. */
bool conf_datagram_is_expected(const struct conf_model *model, uint8_t reader);

/* What conf_datagram_check found. */
struct conf_datagram_report {
    bool known; /* it is number `number` of `writer`; not where it may be another one, too */
    uint8_t writer;
    uint32_t number;
    bool mismatch; /* it is none that may have come, in the way `kind` */
    enum conf_mismatch kind;
    uint64_t offset;
    uint8_t expected, got;
};

/* conf_datagram_check finds the datagram that a source has just received. `sender` is whom its
 * address says it is from, CONF_NONE if that is not known; `is_cut` tells that it was larger than
 * the room. */
struct conf_datagram_report conf_datagram_check(const struct conf_model *model, uint8_t reader,
                                                uint8_t sender, const uint8_t *got, size_t size,
                                                bool is_cut);

#endif
