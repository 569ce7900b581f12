/* decision_text: decisions as lines. See decision_text.h. */
#include "fakes/decision_text.h"

#include "fakes/op.h"

#include <stdio.h>
#include <string.h>

static const char *const kind_names[SIM_PICK_KIND_COUNT] = {
    [SIM_PICK_ACTOR] = "run",           [SIM_PICK_OUTCOME] = "outcome",
    [SIM_PICK_BATCH] = "batch",         [SIM_PICK_WAITER] = "waiter",
    [SIM_PICK_CANCEL] = "cancel",       [SIM_PICK_SNAPSHOT] = "snapshot",
    [SIM_PICK_RESULT_WRITE] = "result", [SIM_PICK_FAULT] = "fault",
    [SIM_PICK_TIME] = "time",           [SIM_PICK_TRANSFER] = "transfer",
};

static const char *const actor_names[SIM_ACTOR_KIND_COUNT] = {
    [SIM_ACTOR_THREAD] = NULL,   [SIM_ACTOR_CANCEL] = "cancel",   [SIM_ACTOR_RESULT] = "result",
    [SIM_ACTOR_TIMER] = "timer", [SIM_ACTOR_SEGMENT] = "segment", [SIM_ACTOR_WINDOW] = "window",
    [SIM_ACTOR_REPLY] = "reply", [SIM_ACTOR_RESET] = "reset",     [SIM_ACTOR_POLL] = "poll",
    [SIM_ACTOR_ALARM] = "alarm", [SIM_ACTOR_PACKET] = "packet",
};

/* Words for values that have one; other values are numbers. */
static const struct {
    enum sim_pick_kind kind;
    uint32_t value;
    const char *word;
} value_words[] = {
    {SIM_PICK_CANCEL, 0, "sync"},
    {SIM_PICK_CANCEL, 1, "later"},
    {SIM_PICK_RESULT_WRITE, 0, "dequeue"},
    {SIM_PICK_RESULT_WRITE, 1, "now"},
    {SIM_PICK_RESULT_WRITE, 2, "floats"},
    {SIM_PICK_FAULT, 0, "none"},
    {SIM_PICK_TIME, 0, "exact"},
    {SIM_PICK_TIME, 1, "early"},
    {SIM_PICK_TIME, 2, "late"},
    {SIM_PICK_TRANSFER, 0, "all"},
};
#define VALUE_WORD_COUNT (sizeof value_words / sizeof value_words[0])

/* ---- print ---- */

static size_t clamp(int written, size_t size)
{
    if (written < 0 || size == 0) {
        return 0;
    }
    return (size_t)written < size ? (size_t)written : size - 1;
}

static size_t thread_format(uint32_t ordinal, const struct sim_names *names, char *out, size_t size)
{
    if (ordinal < names->count) {
        return clamp(snprintf(out, size, "%s", names->name[ordinal]), size);
    }
    return clamp(ordinal == 0 ? snprintf(out, size, "main") : snprintf(out, size, "t%u", ordinal),
                 size);
}

size_t sim_actor_format(sim_actor_id actor, const struct sim_names *names, char *out, size_t size)
{
    uint32_t kind = SIM_ACTOR_ID_KIND(actor);
    char thread[64];
    (void)thread_format(SIM_ACTOR_ID_THREAD(actor), names, thread, sizeof thread);
    if (kind == SIM_ACTOR_THREAD || kind >= SIM_ACTOR_KIND_COUNT) {
        return clamp(snprintf(out, size, "%s", thread), size);
    }
    return clamp(
        snprintf(out, size, "%s(%s#%u)", actor_names[kind], thread, SIM_ACTOR_ID_STEP(actor)),
        size);
}

static bool value_is_actor(enum sim_pick_kind kind)
{
    return kind == SIM_PICK_ACTOR || kind == SIM_PICK_WAITER;
}

static void value_format(enum sim_pick_kind kind, uint64_t value, const struct sim_names *names,
                         char *out, size_t size)
{
    if (value_is_actor(kind)) {
        (void)sim_actor_format((sim_actor_id)value, names, out, size);
        return;
    }
    for (size_t i = 0; i < VALUE_WORD_COUNT; i++) {
        if (value_words[i].kind == kind && value_words[i].value == value) {
            snprintf(out, size, "%s", value_words[i].word);
            return;
        }
    }
    snprintf(out, size, "%llu", (unsigned long long)value);
}

size_t sim_decision_format(const struct sim_decision *decision, const struct sim_names *names,
                           char *out, size_t size)
{
    sim_actor_id actor = SIM_POINT_ACTOR(decision->point);
    enum sim_pick_kind kind = SIM_POINT_KIND(decision->point);
    uint32_t nth = SIM_POINT_NTH(decision->point);
    char who[96], value[96], where[96] = "", ordinal[16] = "";
    (void)sim_actor_format(actor, names, who, sizeof who);
    value_format(kind, decision->chosen, names, value, sizeof value);
    if (SIM_ACTOR_ID_KIND(actor) == SIM_ACTOR_THREAD) {
        snprintf(where, sizeof where, " %s#%u", sim_op_info((enum sim_op)decision->op)->name,
                 SIM_POINT_STEP(decision->point));
    }
    if (nth != 0) {
        snprintf(ordinal, sizeof ordinal, ".%u", nth);
    }
    return clamp(snprintf(out, size, "%s %s%s %s%s %s", kind == SIM_PICK_ACTOR ? "after" : "at",
                          who, where, kind_names[kind], ordinal, value),
                 size);
}

/* ---- parse ---- */

struct cursor {
    const char *line;
    size_t length, at;
    const struct sim_names *names;
    const char *expected; /* NULL: no error so far */
};

static bool fail(struct cursor *c, const char *expected)
{
    if (c->expected == NULL) {
        c->expected = expected;
    }
    return false;
}

static bool is_space(char ch)
{
    return ch == ' ' || ch == '\t';
}

static void skip_spaces(struct cursor *c)
{
    while (c->at < c->length && is_space(c->line[c->at])) {
        c->at++;
    }
}

/* The next word, up to a space or one of the delimiters. */
static size_t word(struct cursor *c, const char *delimiters, const char **start)
{
    skip_spaces(c);
    *start = c->line + c->at;
    size_t length = 0;
    while (c->at + length < c->length && !is_space((*start)[length]) &&
           strchr(delimiters, (*start)[length]) == NULL) {
        length++;
    }
    return length;
}

static bool number(struct cursor *c, uint32_t *value, uint32_t highest, const char *expected)
{
    uint64_t sum = 0;
    size_t digits = 0;
    while (c->at + digits < c->length && c->line[c->at + digits] >= '0' &&
           c->line[c->at + digits] <= '9' && sum <= highest) {
        sum = sum * 10 + (uint64_t)(c->line[c->at + digits] - '0');
        digits++;
    }
    if (digits == 0 || sum > highest) {
        return fail(c, expected);
    }
    c->at += digits;
    *value = (uint32_t)sum;
    return true;
}

static bool literal(struct cursor *c, char ch, const char *expected)
{
    if (c->at == c->length || c->line[c->at] != ch) {
        return fail(c, expected);
    }
    c->at++;
    return true;
}

static bool parse_thread(struct cursor *c, uint32_t *ordinal)
{
    const char *start;
    size_t length = word(c, "#()", &start);
    for (uint32_t i = 0; i < c->names->count; i++) {
        if (strlen(c->names->name[i]) == length && memcmp(c->names->name[i], start, length) == 0) {
            *ordinal = i;
            c->at += length;
            return true;
        }
    }
    if (c->names->count == 0 && length == 4 && memcmp(start, "main", 4) == 0) {
        *ordinal = 0;
        c->at += length;
        return true;
    }
    if (c->names->count == 0 && length >= 2 && start[0] == 't') {
        c->at++;
        return number(c, ordinal, 255, "the number of a thread");
    }
    return fail(c, "the name of a thread");
}

static bool parse_actor(struct cursor *c, sim_actor_id *actor)
{
    const char *start;
    size_t length = word(c, "#(", &start);
    for (uint32_t kind = 1; kind < SIM_ACTOR_KIND_COUNT; kind++) {
        if (strlen(actor_names[kind]) == length && memcmp(actor_names[kind], start, length) == 0 &&
            c->at + length < c->length && start[length] == '(') {
            uint32_t thread, step;
            c->at += length + 1;
            if (!parse_thread(c, &thread) || !literal(c, '#', "'#' and a step number") ||
                !number(c, &step, 0xfffff, "a step number") || !literal(c, ')', "')'")) {
                return false;
            }
            *actor = SIM_ACTOR_ID(kind, thread, step);
            return true;
        }
    }
    return parse_thread(c, actor);
}

static bool parse_kind(struct cursor *c, bool after, enum sim_pick_kind *kind)
{
    const char *start;
    size_t length = word(c, ".", &start);
    for (uint32_t i = 0; i < SIM_PICK_KIND_COUNT; i++) {
        if (strlen(kind_names[i]) == length && memcmp(kind_names[i], start, length) == 0 &&
            (i == SIM_PICK_ACTOR) == after) {
            *kind = (enum sim_pick_kind)i;
            c->at += length;
            return true;
        }
    }
    return fail(c, after ? "'run'"
                         : "a choice: outcome, batch, waiter, cancel, snapshot, result, fault, "
                           "time or transfer");
}

static bool parse_value(struct cursor *c, enum sim_pick_kind kind, uint64_t *value)
{
    if (value_is_actor(kind)) {
        sim_actor_id actor;
        if (!parse_actor(c, &actor)) {
            return false;
        }
        *value = actor;
        return true;
    }
    const char *start;
    size_t length = word(c, "", &start);
    for (size_t i = 0; i < VALUE_WORD_COUNT; i++) {
        if (value_words[i].kind == kind && strlen(value_words[i].word) == length &&
            memcmp(value_words[i].word, start, length) == 0) {
            *value = value_words[i].value;
            c->at += length;
            return true;
        }
    }
    uint32_t parsed;
    if (!number(c, &parsed, UINT32_MAX - 1, "the value of the choice")) {
        return false;
    }
    *value = parsed;
    return true;
}

/* ' OP#STEP' of a thread's step. */
static bool parse_step(struct cursor *c, uint32_t *step, uint16_t *op)
{
    const char *start;
    size_t length = word(c, "#", &start);
    *op = (uint16_t)sim_op_by_name(start, length);
    if (*op == SIM_OP_NONE && !(length == 4 && memcmp(start, "none", 4) == 0)) {
        return fail(c, "an operation, as ReadFile#3");
    }
    c->at += length;
    return literal(c, '#', "'#' and a step number") && number(c, step, 0xfffff, "a step number");
}

static bool parse_line(struct cursor *c, struct sim_decision *decision)
{
    const char *start;
    size_t length = word(c, "", &start);
    bool after = length == 5 && memcmp(start, "after", 5) == 0;
    if (!after && !(length == 2 && memcmp(start, "at", 2) == 0)) {
        return fail(c, "'after' or 'at'");
    }
    c->at += length;
    sim_actor_id actor;
    uint32_t step = 0, nth = 0;
    uint16_t op = 0;
    enum sim_pick_kind kind;
    if (!parse_actor(c, &actor) ||
        (SIM_ACTOR_ID_KIND(actor) == SIM_ACTOR_THREAD && !parse_step(c, &step, &op)) ||
        !parse_kind(c, after, &kind)) {
        return false;
    }
    if (c->at < c->length && c->line[c->at] == '.') {
        c->at++;
        if (!number(c, &nth, 255, "the ordinal of the choice within the step")) {
            return false;
        }
    }
    uint64_t chosen;
    if (!parse_value(c, kind, &chosen)) {
        return false;
    }
    skip_spaces(c);
    if (c->at != c->length) {
        return fail(c, "the end of the line");
    }
    *decision = (struct sim_decision){
        .point = SIM_POINT(actor, kind, nth, step), .chosen = chosen, .op = op};
    return true;
}

bool sim_decision_parse(const char *line, size_t length, const struct sim_names *names,
                        struct sim_decision *decision, size_t *column, const char **expected)
{
    struct cursor c = {.line = line, .length = length, .names = names};
    if (parse_line(&c, decision)) {
        return true;
    }
    *column = c.at + 1;
    *expected = c.expected;
    return false;
}
