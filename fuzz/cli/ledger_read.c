/* ledger_read: a ledger from its file, line by line. */
#include "fuzz/cli/input.h"
#include "fuzz/cli/ledger.h"
#include "fuzz/explore/bound.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LEDGER_SIZE_MAX ((size_t)64 << 20)

struct reader {
    const char *path;
    const char *line; /* begin of the line at hand */
    const char *at;
    uint32_t number;
    bool good;
};

static void fail(struct reader *reader, const char *expected)
{
    if (reader->good) {
        fprintf(stderr, "%s:%" PRIu32 ":%zu: not a ledger, expected %s\n", reader->path,
                reader->number, (size_t)(reader->at - reader->line) + 1, expected);
        reader->good = false;
    }
}

static void skip_blanks(struct reader *reader)
{
    reader->at += strspn(reader->at, " \t");
}

/* Takes `word` if it stands here as a whole. */
static bool take_word(struct reader *reader, const char *word)
{
    size_t length = strlen(word);

    skip_blanks(reader);
    if (strncmp(reader->at, word, length) != 0 || strchr(" \t\r\n", reader->at[length]) == NULL) {
        return false; /* strchr finds the final 0, too */
    }
    reader->at += length;
    return true;
}

static void expect_word(struct reader *reader, const char *word)
{
    if (reader->good && !take_word(reader, word)) {
        fail(reader, word);
    }
}

static void end_line(struct reader *reader)
{
    if (!reader->good) {
        return;
    }
    reader->at += strspn(reader->at, " \t\r");
    if (*reader->at != '\n') {
        fail(reader, "the end of the line");
        return;
    }
    reader->line = ++reader->at;
    reader->number++;
}

static uint64_t take_number(struct reader *reader, int base, uint64_t most, const char *expected)
{
    char *end = NULL;
    uint64_t value = 0;

    if (!reader->good) {
        return 0;
    }
    skip_blanks(reader);
    if (strchr("+-", *reader->at) == NULL) {
        value = strtoull(reader->at, &end, base);
    }
    if (end == NULL || end == reader->at || strchr(" \t\r\n", *end) == NULL || value > most) {
        fail(reader, expected);
        return 0;
    }
    reader->at = end;
    return value;
}

static uint64_t number_line(struct reader *reader, const char *word, uint64_t most)
{
    expect_word(reader, word);
    uint64_t value = take_number(reader, 10, most, "a number in its range");
    end_line(reader);
    return value;
}

/* Takes the rest of the line. */
static void take_rest(struct reader *reader, char *out, size_t size)
{
    skip_blanks(reader);
    size_t length = strcspn(reader->at, "\r\n");

    if (reader->good && (length == 0 || length >= size)) {
        fail(reader, "a word of usual length");
    }
    if (reader->good) {
        memcpy(out, reader->at, length);
        out[length] = '\0';
        reader->at += length;
    }
    end_line(reader);
}

/* Takes a bound or "none". */
static bool bound_line(struct reader *reader, const char *word, uint32_t *bound)
{
    char text[FUZZ_BOUND_TEXT_SIZE + 1] = "";
    const char *expected;
    const char *begin;

    expect_word(reader, word);
    skip_blanks(reader);
    begin = reader->at;
    size_t length = strcspn(begin, " \t\r\n");
    if (reader->good && length < sizeof text) {
        memcpy(text, begin, length);
    }
    bool none = strcmp(text, "none") == 0;
    if (reader->good && !none && !fuzz_bound_parse(text, bound, &expected)) {
        fail(reader, "none, or preemptions=N,reorderings=N,faults=N,timeouts=N");
    }
    if (reader->good) {
        reader->at += length;
    }
    end_line(reader);
    return !none;
}

static void read_classes(struct reader *reader, struct fuzz_novelty *classes)
{
    expect_word(reader, "classes");
    classes->level = (uint32_t)take_number(reader, 10, 63, "a level from 0 to 63");
    uint32_t count =
        (uint32_t)take_number(reader, 10, FUZZ_NOVELTY_SLOTS / 2, "the size of a sample");
    end_line(reader);
    for (uint32_t i = 0; i < count && reader->good; i++) {
        uint64_t hash = take_number(reader, 16, UINT64_MAX, "the hash of a class");
        uint64_t seen = take_number(reader, 10, 2, "1 or 2");
        if (reader->good &&
            (seen == 0 || hash == 0 || (hash & ((UINT64_C(1) << classes->level) - 1)) != 0)) {
            fail(reader, "a class that belongs to the sample, and 1 or 2");
        }
        for (uint64_t k = 0; k < seen && reader->good; k++) {
            (void)fuzz_novelty_add(classes, hash);
        }
        end_line(reader);
    }
    if (reader->good && classes->used != count) {
        fail(reader, "each class once");
    }
}

static void read_program(struct reader *reader, struct cli_ledger *ledger)
{
    struct cli_ledger_program *program =
        realloc(ledger->program, (ledger->count + 1) * sizeof *program);

    if (program == NULL) {
        fail(reader, "less, or more memory");
        return;
    }
    ledger->program = program;
    program += ledger->count++;
    memset(program, 0, sizeof *program);
    program->key = take_number(reader, 16, UINT64_MAX, "the key of a program");
    take_rest(reader, program->path, sizeof program->path);
    program->executions = number_line(reader, "executions", UINT64_MAX);
    program->steps = number_line(reader, "steps", UINT64_MAX);
    program->redundant = number_line(reader, "redundant", UINT64_MAX);
    program->classed = number_line(reader, "classed", UINT64_MAX);
    expect_word(reader, "complete");
    program->bounded = reader->good && take_word(reader, "bounded");
    program->complete = program->bounded || (reader->good && take_word(reader, "all"));
    if (reader->good && !program->complete && !take_word(reader, "no")) {
        fail(reader, "all, bounded or no");
    }
    end_line(reader);
    program->has_cost = bound_line(reader, "cost", &program->cost);
    read_classes(reader, &program->classes);
}

static void read_all(struct reader *reader, struct cli_ledger *ledger)
{
    (void)number_line(reader, "ledger", 1);
    expect_word(reader, "strategy");
    take_rest(reader, ledger->strategy, sizeof ledger->strategy);
    ledger->seed = number_line(reader, "seed", UINT64_MAX);
    ledger->has_bound = bound_line(reader, "bound", &ledger->bound);
    ledger->shards = (uint32_t)number_line(reader, "shards", CLI_LEDGER_SHARDS_MAX);
    if (reader->good && ledger->shards == 0) {
        fail(reader, "1 shard or more");
    }
    while (reader->good && take_word(reader, "shard")) {
        uint32_t shard =
            (uint32_t)take_number(reader, 10, ledger->shards - 1, "a shard below their number");
        ledger->covers[shard / 64] |= UINT64_C(1) << (shard % 64);
        end_line(reader);
    }
    while (reader->good && take_word(reader, "program")) {
        read_program(reader, ledger);
    }
    expect_word(reader, "end");
    end_line(reader);
    if (reader->good && *reader->at != '\0') {
        fail(reader, "the end of the file");
    }
}

bool cli_ledger_read(struct cli_ledger *ledger, const char *path)
{
    struct reader reader = {.path = path, .number = 1, .good = true};
    char *text;
    size_t size;

    memset(ledger, 0, sizeof *ledger);
    if (!cli_file_read(path, LEDGER_SIZE_MAX, &text, &size)) {
        return false;
    }
    text[size] = '\0'; /* cli_file_read leaves room for it */
    reader.line = text;
    reader.at = text;
    read_all(&reader, ledger);
    free(text);
    return reader.good;
}
