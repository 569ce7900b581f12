/* What makes the sources of a scenario legal. */
#include "conformance/scenario_check_source.h"

#include "conformance/scenario_words.h"

/* A source that is no pipe: what it says of streams. Streams are above what names them. */
static bool check_stream(const struct conf_scenario *scenario, unsigned index)
{
    const struct conf_source *source = &scenario->source[index];
    const struct conf_source *of = source->of < index ? &scenario->source[source->of] : NULL;
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    if ((of == NULL && source->of != CONF_NONE) || (source->action != 0 && kind != CONF_TASK) ||
        (source->split != 0 && !conf_kind_is_end(kind))) {
        return false;
    }
    if (kind == CONF_SIMPLEX || (kind == CONF_DUPLEX && of == NULL)) {
        return of == NULL && source->quota <= CONF_QUOTA_MAX && source->split <= 1;
    }
    if (kind == CONF_TASK) {
        return source->quota <= CONF_BUDGET_MAX && source->action < CONF_ACTION_COUNT &&
               (of != NULL) == (source->action != CONF_ACTION_NONE) &&
               (of == NULL || conf_kind_is_stream((enum conf_source_kind)of->kind));
    }
    if (kind == CONF_DUPLEX) {
        return of->kind == CONF_DUPLEX && of->of == CONF_NONE && source->quota == 0 &&
               source->split <= 1;
    }
    if (conf_kind_is_half(kind)) {
        return of != NULL && conf_kind_is_end((enum conf_source_kind)of->kind) &&
               source->quota == 0;
    }
    return of == NULL && source->quota == 0;
}

unsigned conf_check_count_of(const struct conf_scenario *scenario, unsigned stream,
                             enum conf_source_kind kind)
{
    unsigned count = 0;

    for (unsigned i = 0; i < scenario->source_count; i++) {
        count += scenario->source[i].kind == kind && scenario->source[i].of == stream;
    }
    return count;
}

/* Ends and halves come in pairs. */
static bool check_pairs(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];
        unsigned readers = conf_check_count_of(scenario, i, CONF_READ_HALF);

        if (source->kind == CONF_DUPLEX && source->of == CONF_NONE &&
            conf_check_count_of(scenario, i, CONF_DUPLEX) != 1) {
            return conf_check_broken(breach, CONF_NO_VERB, "a duplex has not two ends",
                                     "one other duplex with of=");
        }
        if (readers > 1 || readers != conf_check_count_of(scenario, i, CONF_WRITE_HALF)) {
            return conf_check_broken(breach, CONF_NO_VERB, "a stream has not two halves",
                                     "one read-half and one write-half of it, or none");
        }
        if (source->split != 0 && readers == 0) {
            return conf_check_broken(breach, CONF_NO_VERB, "a stream is split, but has no halves",
                                     "a read-half and a write-half of it");
        }
    }
    return true;
}

static bool check_pipe(const struct conf_source *source)
{
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    return source->mode <= CONF_PIPE_MESSAGE && source->blocking <= conf_kind_is_raw(kind) &&
           source->family == 0 &&
           source->quota <= (conf_kind_is_pipe_server(kind) ? CONF_QUOTA_MAX : 0u);
}

static bool check_socket(const struct conf_source *source)
{
    return source->mode == 0 && source->blocking == 0 && source->family < CONF_FAMILY_COUNT &&
           source->quota <= (source->kind == CONF_RAW_TCP_LISTENER ? CONF_BACKLOG_MAX : 0u);
}

static bool check_source(const struct conf_scenario *scenario, unsigned index, unsigned *pipes_seen)
{
    const struct conf_source *source = &scenario->source[index];
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    if (source->kind >= CONF_SOURCE_KIND_COUNT) {
        return false;
    }
    if (kind == CONF_WAKER) {
        if (source->poll >= index || !conf_check_is_poll(scenario, source->poll)) {
            return false;
        }
    } else if (source->poll != CONF_NONE || source->token != 0) {
        return false;
    }
    if (!conf_kind_has_name(kind)) {
        return source->pipe == CONF_NONE && source->mode == 0 && source->blocking == 0 &&
               source->family == 0 && check_stream(scenario, index);
    }
    if (source->of != CONF_NONE || source->split != 0 || source->action != 0) {
        return false;
    }
    if (source->pipe > *pipes_seen || source->pipe >= scenario->pipe_count) {
        return false;
    }
    *pipes_seen += source->pipe == *pipes_seen;
    return conf_kind_is_pipe(kind) ? check_pipe(source) : check_socket(source);
}

/* A name is used by pipes, by TCP or by UDP sockets: by those of one sort. */
static bool check_sorts(const struct conf_scenario *scenario)
{
    enum { PIPE = 1, TCP = 2, UDP = 4 };
    uint8_t sorts[CONF_SOURCES_MAX] = {0};

    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];
        enum conf_source_kind kind = (enum conf_source_kind)source->kind;

        if (source->pipe != CONF_NONE) {
            uint8_t *sort = &sorts[source->pipe];
            *sort |= conf_kind_is_pipe(kind) ? PIPE : conf_kind_is_udp(kind) ? UDP : TCP;
            if ((*sort & (*sort - 1)) != 0) {
                return false;
            }
        }
    }
    return true;
}

bool conf_check_sources(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    bool woken[CONF_SOURCES_MAX] = {false};
    unsigned pipes_seen = 0;

    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];

        if (!check_source(scenario, i, &pipes_seen)) {
            return conf_check_broken(breach, CONF_NO_VERB, "an attribute does not fit its source",
                                     "the attributes of its kind");
        }
        if (source->kind == CONF_WAKER) {
            if (woken[source->poll]) {
                return conf_check_broken(breach, CONF_NO_VERB, "a poll has two wakers",
                                         "one waker a poll");
            }
            woken[source->poll] = true;
        }
    }
    if (pipes_seen != scenario->pipe_count) {
        return conf_check_broken(breach, CONF_NO_VERB, "a pipe name is not used",
                                 "the names of the sources");
    }
    if (!check_sorts(scenario)) {
        return conf_check_broken(breach, CONF_NO_VERB,
                                 "a name is used by different sorts of sources",
                                 "names of pipes, of TCP or of UDP sockets");
    }
    return check_pairs(scenario, breach);
}
