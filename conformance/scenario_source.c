/* The source statement of the scenario reader: `source NAME KIND ATTRIBUTE...`. */
#include "conformance/scenario_reader.h"
#include "conformance/scenario_words.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Attributes by kind. The first `required` of a row have no default. */
static const struct {
    size_t count, required;
    const char *name[4];
} attribute_table[] = {
    [CONF_POLL] = {0, 0, {NULL}},
    [CONF_WAKER] = {2, 2, {"in", "token"}},
    [CONF_PIPE_SERVER] = {3, 1, {"name", "mode", "quota"}},
    [CONF_PIPE_CLIENT] = {2, 1, {"name", "mode"}},
    [CONF_RAW_PIPE_SERVER] = {4, 1, {"name", "mode", "quota", "blocking"}},
    [CONF_RAW_PIPE_CLIENT] = {3, 1, {"name", "mode", "blocking"}},
    [CONF_SIMPLEX] = {2, 1, {"capacity", "split"}},
    [CONF_DUPLEX] = {3, 0, {"capacity", "of", "split"}},
    [CONF_READ_HALF] = {1, 1, {"of"}},
    [CONF_WRITE_HALF] = {1, 1, {"of"}},
    [CONF_TASK] = {3, 0, {"budget", "does", "to"}},
    [CONF_TCP_LISTENER] = {2, 1, {"name", "family"}},
    [CONF_TCP_STREAM] = {2, 1, {"name", "family"}},
    [CONF_TCP_ACCEPTED] = {2, 1, {"name", "family"}},
    [CONF_UDP] = {2, 1, {"name", "family"}},
    [CONF_RAW_TCP_LISTENER] = {3, 1, {"name", "family", "backlog"}},
    [CONF_RAW_TCP_STREAM] = {2, 1, {"name", "family"}},
    [CONF_RAW_TCP_ACCEPTED] = {2, 1, {"name", "family"}},
    [CONF_RAW_UDP] = {2, 1, {"name", "family"}},
    [CONF_USER_SOURCE] = {0, 0, {NULL}},
};
static_assert(COUNT_OF(attribute_table) == CONF_SOURCE_KIND_COUNT, "a row for each kind");

static const char *const mode_name[] = {[CONF_PIPE_BYTE] = "byte", [CONF_PIPE_MESSAGE] = "message"};
static const char *const family_name[] = {[CONF_FAMILY_V4] = "v4", [CONF_FAMILY_V6] = "v6"};
static const char *const yes_name[] = {"no", "yes"};

/* A name is used by pipes, by TCP or by UDP sockets: by those of one sort. */
static bool is_of_sort(const struct conf_source *one, const struct conf_source *other)
{
    enum conf_source_kind a = (enum conf_source_kind)one->kind;
    enum conf_source_kind b = (enum conf_source_kind)other->kind;

    return conf_kind_is_pipe(a) == conf_kind_is_pipe(b) &&
           conf_kind_is_udp(a) == conf_kind_is_udp(b);
}

static bool read_pipe_name(struct conf_reader *reader, struct conf_source *source)
{
    struct conf_scenario *out = reader->out;
    struct conf_token token;
    char name[CONF_NAME_MAX];
    uint8_t pipe = 0;

    if (!conf_reader_new_name(reader, "pipe", &token, name)) {
        return false;
    }
    while (pipe < out->pipe_count && strcmp(out->pipe_name[pipe], name) != 0) {
        pipe++;
    }
    if (pipe == out->pipe_count) {
        memcpy(out->pipe_name[pipe], name, CONF_NAME_MAX);
        out->pipe_count++;
    }
    source->pipe = pipe;
    for (unsigned i = 0; i < out->source_count; i++) {
        if (out->source[i].pipe == pipe && !is_of_sort(source, &out->source[i])) {
            return conf_reader_fail(
                reader, &token, "another name", "%s is the name of a %s", name,
                conf_source_kind_name((enum conf_source_kind)out->source[i].kind));
        }
    }
    return true;
}

static bool read_waker_poll(struct conf_reader *reader, struct conf_source *source)
{
    struct conf_token token = reader->lexer.token;

    if (!conf_reader_poll(reader, &source->poll)) {
        return false;
    }
    for (unsigned i = 0; i < reader->out->source_count; i++) {
        const struct conf_source *other = &reader->out->source[i];

        if (other->kind == CONF_WAKER && other->poll == source->poll) {
            return conf_reader_fail(reader, &token, "one waker a poll", "%s is a waker in %s",
                                    other->name, reader->out->source[source->poll].name);
        }
    }
    return true;
}

static bool read_quota(struct conf_reader *reader, const char *what, uint64_t min, uint64_t max,
                       struct conf_source *source)
{
    uint64_t number = 0;

    if (!conf_reader_number(reader, what, min, max, &number)) {
        return false;
    }
    source->quota = (uint32_t)number;
    return true;
}

/* Takes the stream that a half or another end belongs to, or that a task does something to. */
static bool read_stream(struct conf_reader *reader, struct conf_source *source)
{
    struct conf_token token = reader->lexer.token;
    const struct conf_source *stream;
    enum conf_source_kind kind;
    bool fits;

    if (!conf_reader_source(reader, "a stream", &source->of)) {
        return false;
    }
    stream = &reader->out->source[source->of];
    kind = (enum conf_source_kind)stream->kind;
    if (source->kind == CONF_TASK) {
        fits = conf_kind_is_stream(kind);
    } else if (source->kind == CONF_DUPLEX) {
        fits = kind == CONF_DUPLEX && stream->of == CONF_NONE;
    } else {
        fits = conf_kind_is_end(kind);
    }
    return fits || conf_reader_fail(reader, &token,
                                    source->kind == CONF_DUPLEX ? "a duplex with capacity="
                                    : source->kind == CONF_TASK ? "a stream or a half of one"
                                                                : "a simplex or a duplex",
                                    "%s is a %s", stream->name, conf_source_kind_name(kind));
}

static bool read_stream_attribute(struct conf_reader *reader, const char *name,
                                  struct conf_source *source)
{
    const char *actions[CONF_ACTION_COUNT];

    if (strcmp(name, "capacity") == 0) {
        return read_quota(reader, "a capacity from 0 to " CONF_TEXT_OF(CONF_QUOTA_MAX) " bytes", 0,
                          CONF_QUOTA_MAX, source);
    }
    if (strcmp(name, "budget") == 0) {
        return read_quota(reader, "a budget from 1 to " CONF_TEXT_OF(CONF_BUDGET_MAX) " operations",
                          1, CONF_BUDGET_MAX, source);
    }
    if (strcmp(name, "split") == 0) {
        return conf_reader_choice(reader, "value", yes_name, COUNT_OF(yes_name), &source->split);
    }
    if (strcmp(name, "does") == 0) {
        for (unsigned i = 0; i < CONF_ACTION_COUNT; i++) {
            actions[i] = conf_action_name((enum conf_action)i);
        }
        return conf_reader_choice(reader, "action", actions, CONF_ACTION_COUNT, &source->action);
    }
    assert(strcmp(name, "of") == 0 || strcmp(name, "to") == 0);
    return read_stream(reader, source);
}

static bool read_attribute_value(struct conf_reader *reader, const char *name,
                                 struct conf_source *source)
{
    if (strcmp(name, "in") == 0) {
        return read_waker_poll(reader, source);
    }
    if (strcmp(name, "token") == 0) {
        return conf_reader_number(reader, "a token from 0 to 2^64 - 1", 0, UINT64_MAX,
                                  &source->token);
    }
    if (strcmp(name, "name") == 0) {
        return read_pipe_name(reader, source);
    }
    if (strcmp(name, "family") == 0) {
        return conf_reader_choice(reader, "family", family_name, COUNT_OF(family_name),
                                  &source->family);
    }
    if (strcmp(name, "backlog") == 0) {
        return read_quota(reader, "a backlog from 1 to " CONF_TEXT_OF(CONF_BACKLOG_MAX), 1,
                          CONF_BACKLOG_MAX, source);
    }
    if (strcmp(name, "mode") == 0) {
        return conf_reader_choice(reader, "mode", mode_name, COUNT_OF(mode_name), &source->mode);
    }
    if (strcmp(name, "blocking") == 0) {
        return conf_reader_choice(reader, "value", yes_name, COUNT_OF(yes_name), &source->blocking);
    }
    if (strcmp(name, "quota") == 0) {
        return read_quota(reader, "a quota from 1 to " CONF_TEXT_OF(CONF_QUOTA_MAX) " bytes", 1,
                          CONF_QUOTA_MAX, source);
    }
    return read_stream_attribute(reader, name, source);
}

/* What goes together, once all attributes are read. */
static bool check_attributes(struct conf_reader *reader, const struct conf_source *source,
                             bool has_capacity)
{
    if (source->kind == CONF_DUPLEX && has_capacity == (source->of != CONF_NONE)) {
        return conf_reader_unexpected(reader, has_capacity ? "capacity= or of=, not both"
                                                           : "capacity= or of=");
    }
    if (source->kind == CONF_TASK &&
        (source->action != CONF_ACTION_NONE) != (source->of != CONF_NONE)) {
        return conf_reader_unexpected(reader, "does= and to=, or neither");
    }
    if (source->kind == CONF_TASK && source->quota > 0 && conf_action_polls(source->action)) {
        return conf_reader_unexpected(reader, "no budget for a task that polls when it is woken");
    }
    return true;
}

static bool read_attributes(struct conf_reader *reader, struct conf_source *source)
{
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;
    const char *const *names = attribute_table[kind].name;
    char expected[CONF_NAME_MAX];
    uint32_t given = 0;
    unsigned index;

    while (reader->lexer.token.kind != CONF_TOKEN_END) {
        if (!conf_reader_attribute(reader, "attribute", names, attribute_table[kind].count, &given,
                                   &index) ||
            !read_attribute_value(reader, names[index], source)) {
            return false;
        }
    }
    for (unsigned i = 0; i < attribute_table[kind].required; i++) {
        if ((given >> i & 1u) == 0) {
            snprintf(expected, sizeof(expected), "%s=", names[i]);
            return conf_reader_fail(reader, &reader->lexer.token, expected,
                                    "an attribute of the %s is missing",
                                    conf_source_kind_name(kind));
        }
    }
    return check_attributes(reader, source, (given & 1u) != 0); /* capacity is the first */
}

bool conf_read_source(struct conf_reader *reader)
{
    struct conf_scenario *out = reader->out;
    struct conf_token token = reader->lexer.token;
    struct conf_source *source = &out->source[out->source_count];
    const char *kinds[CONF_SOURCE_KIND_COUNT];

    for (unsigned i = 0; i < CONF_SOURCE_KIND_COUNT; i++) {
        kinds[i] = conf_source_kind_name((enum conf_source_kind)i);
    }
    if (out->drop_count > 0) {
        return conf_reader_fail(reader, &token, "sources above the drop order",
                                "a source below the drop order");
    }
    if (out->source_count == CONF_SOURCES_MAX) {
        return conf_reader_fail(reader, &token, "at most " CONF_TEXT_OF(CONF_SOURCES_MAX),
                                "too many sources");
    }
    memset(source, 0, sizeof(*source));
    source->poll = source->pipe = source->of = CONF_NONE;
    source->line = token.line;
    if (!conf_reader_new_name(reader, "source", &token, source->name)) {
        return false;
    }
    for (unsigned i = 0; i < out->source_count; i++) {
        if (strcmp(out->source[i].name, source->name) == 0) {
            return conf_reader_fail(reader, &token, "another name", "source %s is declared twice",
                                    source->name);
        }
    }
    if (!conf_reader_choice(reader, "kind of source", kinds, CONF_SOURCE_KIND_COUNT,
                            &source->kind) ||
        !read_attributes(reader, source)) {
        return false;
    }
    out->source_count++;
    return true;
}
