#include "conformance/payload.h"

#include <assert.h>
#include <string.h>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are stored as they are");

/* How far behind a place in a stream the checker looks for the continuation of what arrived. */
#define HOLE_MAX 65536u

/* Eight bytes of the pattern: the word of a block, least significant byte first. */
#define STRIDE UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t mix(uint64_t seed)
{
    return seed ^ seed >> 29;
}

/* Bytes of different senders, or of neighbouring epochs, differ at every place. */
static uint8_t tag_of(uint8_t writer, uint32_t epoch)
{
    return (uint8_t)(writer * 8u + epoch % 8u);
}

static uint8_t byte_at(uint8_t tag, uint64_t offset)
{
    return (uint8_t)(mix((offset / 8 + 1) * STRIDE) >> 8 * (offset % 8)) ^ tag;
}

void conf_payload_fill(uint8_t *out, size_t size, uint8_t writer, uint32_t epoch, uint64_t offset)
{
    uint8_t tag = tag_of(writer, epoch);
    uint64_t tags = tag * UINT64_C(0x0101010101010101);
    uint64_t seed;
    size_t blocks;

    while (size > 0 && offset % 8 != 0) {
        *out++ = byte_at(tag, offset++);
        size--;
    }
    blocks = size / 8;
    seed = (offset / 8 + 1) * STRIDE;
    for (size_t i = 0; i < blocks; i++, seed += STRIDE) {
        uint64_t word = mix(seed) ^ tags;
        memcpy(out + 8 * i, &word, sizeof(word));
    }
    out += 8 * blocks;
    offset += 8 * blocks;
    size %= 8;
    while (size > 0) {
        *out++ = byte_at(tag, offset++);
        size--;
    }
}

/* matching returns how many of the bytes are those of a stream from `offset` on. */
static size_t matching(const struct conf_stream *stream, uint64_t offset, const uint8_t *got,
                       size_t size)
{
    uint8_t expected[512];
    size_t done = 0;

    while (done < size) {
        size_t part = size - done < sizeof(expected) ? size - done : sizeof(expected);
        conf_payload_fill(expected, part, stream->writer, stream->epoch, offset + done);
        if (memcmp(expected, got + done, part) != 0) {
            while (got[done] == expected[done % sizeof(expected)]) {
                done++;
            }
            return done;
        }
        done += part;
    }
    return done;
}

/* sent returns how much of a stream may be on its way: what was accepted, and what a running write
 * offers. */
static uint64_t sent(const struct conf_model *model, const struct conf_stream *stream)
{
    uint64_t running = 0;

    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        const struct conf_model_verb *verb = &model->verb[i];
        if (verb->running &&
            (verb->begin.code == CONF_VERB_WRITE || verb->begin.code == CONF_VERB_WRITEV) &&
            verb->begin.source == stream->writer && verb->epoch == stream->epoch) {
            running += verb->begin.a;
        }
    }
    return stream->accepted + running;
}

/* Where do bytes come from that are not what was expected? Best effort: it only names the finding.
 */
static enum conf_mismatch classify(const struct conf_model *model,
                                   const struct conf_stream *expected, const uint8_t *got,
                                   size_t size)
{
    if (expected != NULL) {
        uint64_t end = sent(model, expected);
        uint64_t first = expected->received + 1;
        for (uint64_t i = first; i < end && i < first + HOLE_MAX; i++) {
            if (matching(expected, i, got, size) == size) {
                return CONF_MISMATCH_HOLE;
            }
        }
    }
    for (uint32_t i = 0; i < model->streams.count; i++) {
        const struct conf_stream *stream = &model->streams.stream[i];
        if (stream != expected && (matching(stream, 0, got, size) == size ||
                                   matching(stream, stream->received, got, size) == size)) {
            return CONF_MISMATCH_CONNECTION;
        }
    }
    return CONF_MISMATCH_CORRUPT;
}

static void mismatch(const struct conf_model *model, const struct conf_stream *expected,
                     const uint8_t *got, size_t size, size_t at, struct conf_payload_report *report)
{
    uint64_t received = expected != NULL ? expected->received : 0;

    report->mismatch = true;
    report->offset = received + at;
    report->got = got[at];
    report->expected =
        expected != NULL ? byte_at(tag_of(expected->writer, expected->epoch), received + at) : 0;
    report->kind = classify(model, expected, got + at, size - at);
}

/* The first bytes of a connection name the sender. */
static const struct conf_stream *find_sender(const struct conf_model *model, uint8_t reader,
                                             const uint8_t *got, size_t size)
{
    for (uint32_t i = 0; i < model->streams.count; i++) {
        const struct conf_stream *stream = &model->streams.stream[i];
        if (conf_stream_may_reach(model, stream, reader) && size <= sent(model, stream) &&
            matching(stream, 0, got, size) == size) {
            return stream;
        }
    }
    return NULL;
}

struct conf_payload_report conf_payload_check(const struct conf_model *model, uint8_t reader,
                                              const uint8_t *got, size_t size)
{
    struct conf_payload_report report = {.bound = false};
    const struct conf_stream *stream;
    uint64_t end;
    size_t good;

    if (size == 0 || conf_stream_racy(model, reader, CONF_IN)) {
        return report;
    }
    stream = conf_stream_incoming(model, reader);
    if (stream == NULL || stream->reader == CONF_NONE) {
        const struct conf_stream *sender = find_sender(model, reader, got, size);
        if (sender != NULL) {
            report.bound = true;
            report.writer = sender->writer;
            report.epoch = sender->epoch;
        } else {
            good = stream != NULL ? matching(stream, 0, got, size) : 0;
            mismatch(model, stream, got, size, good < size ? good : 0, &report);
        }
        return report;
    }
    end = sent(model, stream);
    good = matching(stream, stream->received, got, size);
    if (good == size && stream->received + size > end) {
        good = end > stream->received ? (size_t)(end - stream->received) : 0;
    }
    if (good < size) {
        mismatch(model, stream, got, size, good, &report);
    }
    return report;
}

/* ---- streams in memory ---- */

/* As classify: where do the bytes come from? */
static enum conf_mismatch classify_channel(const struct conf_model *model, uint8_t number,
                                           uint64_t at, const uint8_t *got, size_t size)
{
    const struct conf_stream expected = {.writer = number};
    uint64_t end = model->channels.channel[number].side[CONF_WRITER].done;

    for (uint64_t i = at + 1; i < end && i < at + HOLE_MAX; i++) {
        if (matching(&expected, i, got, size) == size) {
            return CONF_MISMATCH_HOLE;
        }
    }
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        const struct conf_stream other = {.writer = i};
        if (i != number && model->channels.of[i][CONF_WRITER] == i &&
            matching(&other, model->channels.channel[i].side[CONF_READER].done, got, size) ==
                size) {
            return CONF_MISMATCH_CONNECTION;
        }
    }
    return CONF_MISMATCH_CORRUPT;
}

struct conf_payload_report conf_payload_check_channel(const struct conf_model *model,
                                                      uint8_t number, const uint8_t *got,
                                                      size_t size)
{
    const struct conf_stream expected = {.writer = number};
    uint64_t read = model->channels.channel[number].side[CONF_READER].done;
    size_t good = matching(&expected, read, got, size);
    struct conf_payload_report report = {.mismatch = good < size};

    if (report.mismatch) {
        report.offset = read + good;
        report.got = got[good];
        report.expected = byte_at(tag_of(number, 0), report.offset);
        report.kind = classify_channel(model, number, report.offset, got + good, size - good);
    }
    return report;
}
