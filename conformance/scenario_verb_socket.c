/* The operands of verbs on sockets and user-made sources, for the scenario reader. */
#include "conformance/scenario_reader.h"
#include "conformance/scenario_words.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static enum conf_source_kind kind_of(const struct conf_reader *reader, uint8_t source)
{
    return (enum conf_source_kind)reader->out->source[source].kind;
}

/* WORD SOURCE, where the source is of a kind that `fits`. */
static bool read_other(struct conf_reader *reader, const char *word, const char *expected,
                       bool (*fits)(enum conf_source_kind kind), struct conf_verb *verb)
{
    struct conf_token token;
    uint8_t ignored;

    if (!conf_reader_choice(reader, "word", &word, 1, &ignored)) {
        return false;
    }
    token = reader->lexer.token;
    if (!conf_reader_source(reader, expected, &verb->other)) {
        return false;
    }
    return fits(kind_of(reader, verb->other)) ||
           conf_reader_fail(reader, &token, expected, "%s is a %s",
                            reader->out->source[verb->other].name,
                            conf_source_kind_name(kind_of(reader, verb->other)));
}

/* `as ACCEPTED`: of the listener's side, name and family. */
static bool read_as_accepted(struct conf_reader *reader, struct conf_verb *verb)
{
    const struct conf_source *listener = &reader->out->source[verb->source];
    const struct conf_source *accepted;
    struct conf_token token;

    token = reader->lexer.token;
    if (!read_other(reader, "as", "what a listener accepts", conf_kind_is_accepted, verb)) {
        return false;
    }
    accepted = &reader->out->source[verb->other];
    return conf_accept_fits(listener, accepted) ||
           conf_reader_fail(reader, &token,
                            "both through the port or both not, of one name and family",
                            "%s does not come from %s", accepted->name, listener->name);
}

/* NAME=WORD, of `count` words. */
static bool read_how(struct conf_reader *reader, const char *name, const char *const *words,
                     size_t count, struct conf_verb *verb)
{
    uint32_t given = 0;
    unsigned index;

    return conf_reader_attribute(reader, "attribute", &name, 1, &given, &index) &&
           conf_reader_choice(reader, "value", words, count, &verb->how);
}

/* `to UDP`, of the same family. */
static bool read_to(struct conf_reader *reader, struct conf_verb *verb)
{
    const struct conf_source *source = &reader->out->source[verb->source];
    struct conf_token token = reader->lexer.token;

    if (!read_other(reader, "to", "a udp socket", conf_kind_is_udp, verb)) {
        return false;
    }
    return reader->out->source[verb->other].family == source->family ||
           conf_reader_fail(reader, &token, "both of one family", "%s is not of the family of %s",
                            reader->out->source[verb->other].name, source->name);
}

static bool read_send_to(struct conf_reader *reader, struct conf_verb *verb)
{
    static const char *const casts[] = {"one", "group", "broadcast"};

    return read_to(reader, verb) && (reader->lexer.token.kind != CONF_TOKEN_WORD ||
                                     read_how(reader, "cast", casts, COUNT_OF(casts), verb));
}

/* OPTION=VALUE */
static bool read_option(struct conf_reader *reader, struct conf_verb *verb)
{
    const char *names[CONF_OPTION_COUNT];
    enum conf_option option[CONF_OPTION_COUNT];
    uint32_t given = 0;
    uint64_t value = 0;
    size_t count = 0;
    unsigned index;

    for (unsigned i = 0; i < CONF_OPTION_COUNT; i++) {
        if (conf_kind_has_option(kind_of(reader, verb->source), (enum conf_option)i)) {
            option[count] = (enum conf_option)i;
            names[count++] = conf_option_name((enum conf_option)i);
        }
    }
    if (!conf_reader_attribute(reader, "option", names, count, &given, &index) ||
        !conf_reader_number(reader, "a value of the option", 0, conf_option_max(option[index]),
                            &value)) {
        return false;
    }
    verb->how = (uint8_t)option[index];
    verb->size = (uint32_t)value;
    return true;
}

/* `flags=LETTERS` */
static bool read_flags(struct conf_reader *reader, struct conf_verb *verb)
{
    static const char *const names[] = {"flags"};
    static const char expected[] = "letters of rweRWp in this order, or none";
    struct conf_token token;
    uint32_t given = 0;
    unsigned index;

    if (!conf_reader_attribute(reader, "attribute", names, 1, &given, &index)) {
        return false;
    }
    token = reader->lexer.token;
    if (!conf_reader_take(reader, CONF_TOKEN_WORD, expected, NULL)) {
        return false;
    }
    return conf_flags_find(token.text, token.length, &verb->how) ||
           conf_reader_fail(reader, &token, expected, "'%.*s' are no flags", (int)token.length,
                            token.text);
}

bool conf_read_socket_operands(struct conf_reader *reader, struct conf_verb *verb)
{
    static const char *const shutdowns[] = {"read", "write", "both"};
    static const char *const addresses[] = {"local", "peer"};
    enum conf_source_kind kind = kind_of(reader, verb->source);

    if (verb->code == CONF_VERB_ACCEPT) {
        return read_as_accepted(reader, verb);
    }
    if (verb->code == CONF_VERB_CONNECT && conf_kind_is_udp(kind)) {
        return read_to(reader, verb);
    }
    if (verb->code == CONF_VERB_SHUTDOWN && conf_kind_is_socket(kind)) {
        return read_how(reader, "how", shutdowns, COUNT_OF(shutdowns), verb);
    }
    if (verb->code == CONF_VERB_SEND_TO) {
        return read_send_to(reader, verb);
    }
    if (verb->code == CONF_VERB_OPTION) {
        return read_option(reader, verb);
    }
    if (verb->code == CONF_VERB_ADDRESS) {
        return read_how(reader, "of", addresses, COUNT_OF(addresses), verb);
    }
    if (verb->code == CONF_VERB_READY) {
        return read_flags(reader, verb);
    }
    return true;
}
