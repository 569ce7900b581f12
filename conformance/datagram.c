#include "conformance/datagram.h"

#include "conformance/model.h"
#include "conformance/payload.h"

void conf_datagram_begin(struct conf_datagram_table *table)
{
    table->count = 0;
    for (unsigned i = 0; i < CONF_SOURCES_MAX; i++) {
        table->last[i] = 0;
    }
    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        table->running[i] = CONF_DATAGRAMS_MAX;
    }
}

bool conf_datagram_is_connecting(const struct conf_model *model, uint8_t source)
{
    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        const struct conf_model_verb *verb = &model->verb[i];

        if (verb->running && verb->begin.source == source &&
            verb->begin.code == CONF_VERB_CONNECT) {
            return true;
        }
    }
    return false;
}

bool conf_datagram_peer_is_open(const struct conf_model *model, uint8_t source)
{
    const struct conf_scenario *scenario = model->scenario;
    const struct conf_verb *first = NULL;
    bool by_several = false, to_several = false;

    for (unsigned i = 0; i < scenario->verb_count; i++) {
        const struct conf_verb *verb = &scenario->verb[i];

        if (verb->code == CONF_VERB_CONNECT && verb->source == source) {
            first = first != NULL ? first : verb;
            by_several |= first->thread != verb->thread;
            to_several |= first->other != verb->other;
        }
    }
    return (by_several && to_several) || model->source[source].socket.is_lost;
}

void conf_datagram_send(struct conf_model *model, const struct conf_record *record)
{
    struct conf_datagram_table *table = &model->datagrams;
    bool is_connected = record->code == CONF_VERB_WRITE;
    uint32_t number = 0;

    table->running[conf_thread_slot(record->thread)] = table->count;
    if (table->count == CONF_DATAGRAMS_MAX) {
        return;
    }
    for (uint32_t i = 0; i < table->count; i++) {
        number += table->datagram[i].writer == record->source;
    }
    table->datagram[table->count++] = (struct conf_datagram){
        .writer = record->source,
        .to = is_connected ? model->source[record->source].socket.peer : record->peer,
        .anywhere = is_connected && (conf_datagram_is_connecting(model, record->source) ||
                                     conf_datagram_peer_is_open(model, record->source)),
        .cast = is_connected ? CONF_CAST_ONE : (uint8_t)record->b,
        .number = number,
        .size = (uint32_t)record->a,
        .begun = conf_model_verb(model, record->thread)->seq,
    };
}

void conf_datagram_connect(struct conf_model *model, uint8_t writer)
{
    for (uint32_t i = 0; i < model->datagrams.count; i++) {
        struct conf_datagram *datagram = &model->datagrams.datagram[i];

        datagram->anywhere |= datagram->writer == writer && !datagram->ended;
    }
}

void conf_datagram_sent(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    struct conf_datagram_table *table = &model->datagrams;
    uint32_t index = table->running[conf_thread_slot(record->thread)];

    if (index < table->count) {
        table->datagram[index].ended = true;
        table->datagram[index].sent = seq;
        table->datagram[index].refused = record->word != CONF_WORD_DONE;
    }
}

uint32_t conf_datagram_running(const struct conf_model *model, uint8_t thread)
{
    uint32_t index = model->datagrams.running[conf_thread_slot(thread)];

    return index < model->datagrams.count ? model->datagrams.datagram[index].number : 0;
}

void conf_datagram_received(struct conf_datagram_table *table, uint8_t writer, uint32_t number,
                            uint8_t reader)
{
    for (uint32_t i = 0; i < table->count; i++) {
        if (table->datagram[i].writer == writer && table->datagram[i].number == number) {
            table->datagram[i].readers |= 1u << reader;
            table->last[reader] = i + 1;
        }
    }
}

bool conf_datagram_may_reach(const struct conf_model *model, const struct conf_datagram *datagram,
                             uint8_t reader)
{
    const struct conf_source *source = model->scenario->source;

    return datagram->anywhere ||
           (datagram->to != CONF_NONE && source[datagram->to].pipe == source[reader].pipe &&
            source[datagram->to].family == source[reader].family);
}

bool conf_datagram_is_expected(const struct conf_model *model, uint8_t reader)
{
    for (uint32_t i = 0; i < model->datagrams.count; i++) {
        if (conf_datagram_may_reach(model, &model->datagrams.datagram[i], reader)) {
            return true;
        }
    }
    return false;
}

/* How many of the bytes are those of a datagram. */
static size_t matching(const struct conf_datagram *datagram, const uint8_t *got, size_t size)
{
    uint8_t expected[512];
    uint64_t base = datagram->number * CONF_DATAGRAM_STRIDE;

    for (size_t at = 0; at < size; at += sizeof(expected)) {
        size_t part = size - at < sizeof(expected) ? size - at : sizeof(expected);
        conf_payload_fill(expected, part, datagram->writer, 0, base + at);
        for (size_t i = 0; i < part; i++) {
            if (expected[i] != got[at + i]) {
                return at + i;
            }
        }
    }
    return size;
}

static bool has_size(const struct conf_datagram *datagram, size_t size, bool is_cut)
{
    return is_cut ? datagram->size > size : datagram->size == size;
}

/* A later one of the same writer was received before, though that was sent when this one had been.
 */
static bool is_late(const struct conf_model *model, const struct conf_datagram *datagram,
                    uint8_t reader)
{
    const struct conf_datagram_table *table = &model->datagrams;
    const struct conf_datagram *last;

    if (table->last[reader] == 0) {
        return false;
    }
    last = &table->datagram[table->last[reader] - 1];
    return last->writer == datagram->writer && last->number > datagram->number && datagram->ended &&
           datagram->sent < last->begun && last->to == datagram->to && last->cast == datagram->cast;
}

/* Says what is wrong with bytes that are no datagram which may have come. */
static void mismatch(const struct conf_model *model, uint8_t reader, const uint8_t *got,
                     size_t size, struct conf_datagram_report *report)
{
    const struct conf_datagram_table *table = &model->datagrams;
    size_t best = 0;

    report->mismatch = true;
    report->kind = CONF_MISMATCH_CORRUPT;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct conf_datagram *datagram = &table->datagram[i];
        size_t good = matching(datagram, got, size);

        if (good == size && size > 0 && !conf_datagram_may_reach(model, datagram, reader)) {
            report->kind = CONF_MISMATCH_CONNECTION;
        }
        best = good > best ? good : best;
    }
    report->offset = best < size ? best : 0;
    report->got = size > 0 ? got[report->offset] : 0;
}

struct conf_datagram_report conf_datagram_check(const struct conf_model *model, uint8_t reader,
                                                uint8_t sender, const uint8_t *got, size_t size,
                                                bool is_cut)
{
    const struct conf_datagram_table *table = &model->datagrams;
    struct conf_datagram_report report = {.known = false};
    const struct conf_datagram *first = NULL;

    for (uint32_t i = 0; i < table->count; i++) {
        const struct conf_datagram *datagram = &table->datagram[i];

        if ((sender == CONF_NONE || datagram->writer == sender) &&
            !(datagram->ended && datagram->refused) &&
            conf_datagram_may_reach(model, datagram, reader) &&
            (datagram->readers >> reader & 1u) == 0 && has_size(datagram, size, is_cut) &&
            matching(datagram, got, size) == size && !is_late(model, datagram, reader)) {
            if (first == NULL) {
                first = datagram;
                report.writer = datagram->writer;
                report.number = datagram->number;
                report.known = true;
            }
            /* Empty ones of two senders are alike, and a read that names none may be either; so are
             * those of one sender of which nothing fits, if two threads sent them at once. */
            report.known = report.known &&
                           (datagram == first || (datagram->writer == first->writer &&
                                                  first->ended && first->sent < datagram->begun));
        }
    }
    if (first == NULL && table->count < CONF_DATAGRAMS_MAX) {
        mismatch(model, reader, got, size, &report);
    }
    return report;
}
