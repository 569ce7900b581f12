#include "conformance/scenario_print.h"

#include "conformance/compiler.h"
#include "conformance/scenario_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define LINE_MAX 98 /* longer lists go on in a statement of the same word */

/* Where the text goes: to a file, or to memory as far as it has room. */
struct sink {
    FILE *file;
    char *out;
    size_t size;
    size_t length;
};

static void put_bytes(struct sink *sink, const char *text, size_t length)
{
    if (sink->file != NULL) {
        fwrite(text, 1, length, sink->file);
    } else if (sink->length < sink->size) {
        size_t room = sink->size - sink->length;

        memcpy(sink->out + sink->length, text, length < room ? length : room);
    }
    sink->length += length;
}

static void put(struct sink *sink, const char *format, ...) CONF_PRINTF(2, 3);

static void put(struct sink *sink, const char *format, ...)
{
    char text[128]; /* more than two names and what stands between them */
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    put_bytes(sink, text, length > 0 ? (size_t)length : 0);
}

static void print_about(struct sink *sink, const struct conf_scenario *scenario)
{
    if (scenario->about[0] == 0) {
        return;
    }
    put(sink, "about    \"");
    for (const char *at = scenario->about; *at != 0; at++) {
        if (*at == '"' || *at == '\\') {
            put_bytes(sink, "\\", 1);
        }
        put_bytes(sink, at, 1);
    }
    put(sink, "\"\n");
}

static void print_settings(struct sink *sink, const struct conf_scenario *scenario)
{
    const char *before = "set     ";

    for (unsigned i = 0; i < CONF_SETTING_COUNT; i++) {
        const struct conf_setting *setting = &conf_setting_table[i];
        uint8_t value = *((const uint8_t *)&scenario->settings + setting->offset);

        if (value == 0) {
            continue;
        }
        if (setting->value_count > 0) {
            put(sink, "%s %s=%s", before, setting->name, setting->value[value]);
        } else {
            put(sink, "%s %s=%u", before, setting->name, value);
        }
        before = "";
    }
    if (before[0] == 0) {
        put(sink, "\n");
    }
}

/* The attributes of streams in memory and of tasks. */
static void print_stream(struct sink *sink, const struct conf_scenario *scenario,
                         const struct conf_source *source)
{
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    if (kind == CONF_TASK && source->quota != 0) {
        put(sink, " budget=%" PRIu32, source->quota);
    }
    if (kind == CONF_TASK && source->action != CONF_ACTION_NONE) {
        put(sink, " does=%s to=%s", conf_action_name((enum conf_action)source->action),
            scenario->source[source->of].name);
    }
    if (conf_kind_is_end(kind) && source->of == CONF_NONE) {
        put(sink, " capacity=%" PRIu32, source->quota);
    }
    if (conf_kind_is_stream(kind) && source->of != CONF_NONE) {
        put(sink, " of=%s", scenario->source[source->of].name);
    }
    if (source->split != 0) {
        put(sink, " split=yes");
    }
}

static void print_source(struct sink *sink, const struct conf_scenario *scenario,
                         const struct conf_source *source)
{
    put(sink, "source   %s %s", source->name,
        conf_source_kind_name((enum conf_source_kind)source->kind));
    if (source->poll != CONF_NONE) {
        put(sink, " in=%s token=%" PRIu64, scenario->source[source->poll].name, source->token);
    }
    if (source->pipe != CONF_NONE) {
        put(sink, " name=%s", scenario->pipe_name[source->pipe]);
    }
    if (source->mode == CONF_PIPE_MESSAGE) {
        put(sink, " mode=message");
    }
    if (source->quota != 0 && conf_kind_is_pipe((enum conf_source_kind)source->kind)) {
        put(sink, " quota=%" PRIu32, source->quota);
    }
    if (source->blocking != 0) {
        put(sink, " blocking=yes");
    }
    if (source->family != CONF_FAMILY_V4) {
        put(sink, " family=%s", conf_family_name((enum conf_family)source->family));
    }
    if (source->quota != 0 && source->kind == CONF_RAW_TCP_LISTENER) {
        put(sink, " backlog=%" PRIu32, source->quota);
    }
    print_stream(sink, scenario, source);
    put(sink, "\n");
}

/* What only verbs on sockets and user-made sources have. */
static void print_socket_operands(struct sink *sink, const struct conf_scenario *scenario,
                                  const struct conf_verb *verb)
{
    const char *other = verb->other != CONF_NONE ? scenario->source[verb->other].name : NULL;
    char flags[CONF_FLAGS_NAME_MAX];

    if (other != NULL) {
        put(sink, verb->code == CONF_VERB_ACCEPT ? " as %s" : " to %s", other);
    }
    if (verb->code == CONF_VERB_SEND_TO && verb->how != CONF_CAST_ONE) {
        put(sink, " cast=%s", conf_cast_name((enum conf_cast)verb->how));
    } else if (verb->code == CONF_VERB_OPTION) {
        put(sink, " %s=%" PRIu32, conf_option_name((enum conf_option)verb->how), verb->size);
    } else if (verb->code == CONF_VERB_ADDRESS) {
        put(sink, " of=%s", conf_address_of_name((enum conf_address_of)verb->how));
    } else if (verb->code == CONF_VERB_READY) {
        conf_flags_name(verb->how, flags);
        put(sink, " flags=%s", flags);
    } else if (verb->code == CONF_VERB_SHUTDOWN &&
               conf_kind_is_socket((enum conf_source_kind)scenario->source[verb->source].kind)) {
        put(sink, " how=%s", conf_shutdown_name((enum conf_shutdown)verb->how));
    }
}

static void print_operands(struct sink *sink, const struct conf_scenario *scenario,
                           const struct conf_verb *verb)
{
    if (verb->poll != CONF_NONE) {
        put(sink, " in %s", scenario->source[verb->poll].name);
    }
    if (verb->interest != 0) {
        put(sink, " token=%" PRIu64 " interest=%s", verb->token,
            conf_interest_name(verb->interest));
    }
    if (conf_verb_is_transfer((enum conf_verb_code)verb->code)) {
        put(sink, " %" PRIu32, verb->size);
    }
    if (verb->task != CONF_NONE) {
        put(sink, " by %s", scenario->source[verb->task].name);
    }
    if (verb->code == CONF_VERB_POLL) {
        if (verb->timeout_ms == CONF_TIMEOUT_INFINITE) {
            put(sink, " timeout=inf");
        } else {
            put(sink, " timeout=%" PRIu32, verb->timeout_ms);
        }
        if (verb->size != 0) {
            put(sink, " max=%" PRIu32, verb->size);
        }
    }
}

static void print_threads(struct sink *sink, const struct conf_scenario *scenario)
{
    for (unsigned t = 0; t < scenario->thread_count; t++) {
        put(sink, "thread   %s\n", scenario->thread_name[t]);
        for (unsigned i = scenario->thread_first[t]; i < scenario->thread_first[t + 1]; i++) {
            const struct conf_verb *verb = &scenario->verb[i];

            put(sink, "  %-10s %s", conf_verb_name((enum conf_verb_code)verb->code),
                verb->code == CONF_VERB_JOIN ? scenario->thread_name[verb->target]
                                             : scenario->source[verb->source].name);
            print_operands(sink, scenario, verb);
            print_socket_operands(sink, scenario, verb);
            if (verb->label != CONF_NONE) {
                put(sink, " -> %s", scenario->label_name[verb->label]);
            }
            put(sink, "\n");
        }
    }
}

static void print_drops(struct sink *sink, const struct conf_scenario *scenario)
{
    if (scenario->drop_count == 0) {
        return;
    }
    put(sink, "drop    ");
    for (unsigned i = 0; i < scenario->drop_count; i++) {
        put(sink, " %s", scenario->source[scenario->drop[i]].name);
    }
    put(sink, "\n");
}

static void print_forbid(struct sink *sink, const struct conf_scenario *scenario)
{
    size_t begin = sink->length;

    if (scenario->forbid_count == 0) {
        return;
    }
    put(sink, "forbid  ");
    for (unsigned i = 0; i < scenario->forbid_count; i++) {
        if (i > 0 && sink->length - begin + strlen(scenario->forbid[i]) >= LINE_MAX) {
            begin = sink->length;
            put(sink, "\nforbid  ");
        }
        put(sink, " %s", scenario->forbid[i]);
    }
    put(sink, "\n");
}

static void print_outcome(struct sink *sink, const struct conf_scenario *scenario)
{
    if (scenario->outcome_count == 0) {
        return;
    }
    put(sink, "outcome ");
    for (unsigned i = 0; i < scenario->outcome_count; i++) {
        put(sink, " %s", scenario->label_name[scenario->outcome[i]]);
    }
    put(sink, "\n");
}

static size_t tuple_length(const struct conf_scenario *scenario, const struct conf_allow *allow)
{
    size_t length = 0;

    for (unsigned i = 0; i < scenario->outcome_count; i++) {
        length += strlen(conf_word_name((enum conf_word)allow->word[i])) + 1;
    }
    return length;
}

static void print_allow(struct sink *sink, const struct conf_scenario *scenario)
{
    size_t begin = sink->length;

    if (scenario->allow_count == 0) {
        return;
    }
    for (unsigned i = 0; i < scenario->allow_count; i++) {
        const struct conf_allow *allow = &scenario->allow[i];

        if (i == 0) {
            put(sink, "allow    ");
        } else if (sink->length - begin + tuple_length(scenario, allow) + 2 > LINE_MAX) {
            begin = sink->length;
            put(sink, "\nallow    ");
        } else {
            put(sink, " | ");
        }
        for (unsigned j = 0; j < scenario->outcome_count; j++) {
            put(sink, "%s%s", j == 0 ? "" : ",", conf_word_name((enum conf_word)allow->word[j]));
        }
    }
    put(sink, "\n");
}

/* Returns the next line of *text that is not empty, with its length, and moves behind it. */
static const char *next_line(const char **text, size_t *length)
{
    const char *begin = *text + strspn(*text, "\n");

    *length = strcspn(begin, "\n");
    *text = begin + *length;
    return *length > 0 ? begin : NULL;
}

static void print_decisions(struct sink *sink, const char *decisions)
{
    const char *rest = decisions;
    const char *line;
    size_t length;
    unsigned count = 0;

    while (next_line(&rest, &length) != NULL) {
        count++;
    }
    put(sink, "decisions %u\n", count);
    rest = decisions;
    while ((line = next_line(&rest, &length)) != NULL) {
        put(sink, "  ");
        put_bytes(sink, line, length);
        put(sink, "\n");
    }
    put(sink, "end\n");
}

static void print(struct sink *sink, const struct conf_scenario *scenario, const char *decisions)
{
    put(sink, "scenario %s\n", scenario->name);
    print_about(sink, scenario);
    print_settings(sink, scenario);
    for (unsigned i = 0; i < scenario->source_count; i++) {
        print_source(sink, scenario, &scenario->source[i]);
    }
    print_threads(sink, scenario);
    print_drops(sink, scenario);
    print_forbid(sink, scenario);
    print_outcome(sink, scenario);
    print_allow(sink, scenario);
    if (decisions != NULL) {
        print_decisions(sink, decisions);
    }
}

size_t conf_scenario_print(const struct conf_scenario *scenario, const char *decisions, char *out,
                           size_t size)
{
    struct sink sink = {.out = out, .size = size};

    print(&sink, scenario, decisions);
    if (size > 0) {
        out[sink.length < size ? sink.length : size - 1] = 0;
    }
    return sink.length;
}

void conf_scenario_write(const struct conf_scenario *scenario, const char *decisions, FILE *out)
{
    struct sink sink = {.file = out};

    print(&sink, scenario, decisions);
}
