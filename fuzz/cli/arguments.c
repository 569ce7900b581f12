/* arguments: options by table, over getopt_long. */
#include "fuzz/cli/arguments.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS_MAX 32
#define HELP_COLUMN 24

int cli_complain(const struct cli_verb *verb, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "iocplab %s: ", verb->name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return CLI_USAGE;
}

static void print_help(const struct cli_verb *verb, const struct cli_option *option,
                       size_t option_count)
{
    printf("usage: iocplab %s%s%s%s\n\n%s.\n", verb->name, option_count > 0 ? " [options]" : "",
           verb->operands[0] == '\0' ? "" : " ", verb->operands, verb->about);
    if (verb->details != NULL) {
        printf("\n%s", verb->details);
    }
    printf("\noptions:\n");
    for (size_t i = 0; i < option_count; i++) {
        char left[64];
        char letter[4] = "   ";
        if (option[i].letter != 0) {
            snprintf(letter, sizeof letter, "-%c,", option[i].letter);
        }
        snprintf(left, sizeof left, "%s --%s%s%s", letter, option[i].name,
                 option[i].value == NULL ? "" : " ",
                 option[i].value == NULL ? "" : option[i].value);
        printf("  %-*s %s\n", HELP_COLUMN, left, option[i].help);
    }
    printf("  %-*s %s\n", HELP_COLUMN, "    --help", "this text");
}

/* read_count reads 12, 1e6, 10k, 2M or 1G. */
static bool read_count(const char *text, uint64_t *count)
{
    char *end;
    double value = strtod(text, &end);
    double unit = 1;

    if (end == text || !isfinite(value) || value < 0) {
        return false;
    }
    if (*end != '\0' && end[1] == '\0') {
        unit = *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : *end == 'G' ? 1e9 : 0;
    } else if (*end != '\0') {
        return false;
    }
    if (unit == 0) {
        return false;
    }
    /* Integers beyond 2^53 must not be rounded: seeds are. */
    if (unit == 1 && strspn(text, "0123456789") == strlen(text)) {
        errno = 0;
        *count = strtoull(text, NULL, 10);
        return errno == 0;
    }
    if (value * unit > 1e18 || value * unit != floor(value * unit)) {
        return false;
    }
    *count = (uint64_t)(value * unit);
    return true;
}

static bool is_choice(const char *choice, const char *text)
{
    size_t length = strlen(text);

    while (*choice != '\0') {
        size_t word = strcspn(choice, "|");
        if (word == length && memcmp(choice, text, length) == 0) {
            return true;
        }
        choice += word + (choice[word] == '|');
    }
    return false;
}

/* store puts the value of an option where it belongs; a complaint says what was expected. */
static int store(const struct cli_verb *verb, const struct cli_option *option, const char *text)
{
    char *end;

    switch (option->kind) {
    case CLI_FLAG:
        *(bool *)option->target = true;
        return -1;
    case CLI_TEXT:
        *(const char **)option->target = text;
        return -1;
    case CLI_COUNT:
        if (!read_count(text, option->target)) {
            return cli_complain(verb,
                                "--%s: %s is no count, expected a whole number such as 1000, "
                                "10k or 1e6",
                                option->name, text);
        }
        return -1;
    case CLI_SECONDS:
        *(double *)option->target = strtod(text, &end);
        if (end == text || *end != '\0' || !(*(double *)option->target >= 0)) {
            return cli_complain(verb, "--%s: %s is no time, expected seconds such as 60 or 0.5",
                                option->name, text);
        }
        return -1;
    case CLI_CHOICE:
        if (!is_choice(option->choice, text)) {
            return cli_complain(verb, "--%s: %s is unknown, expected %s", option->name, text,
                                option->choice);
        }
        *(const char **)option->target = text;
        return -1;
    }
    return CLI_USAGE;
}

/* fill_tables translates the table into what getopt_long wants; values count from 256, so that they
 * are no characters. */
static void fill_tables(const struct cli_option *option, size_t count, struct option *longs,
                        char *shorts)
{
    *shorts++ = ':';
    for (size_t i = 0; i < count; i++) {
        longs[i] =
            (struct option){.name = option[i].name,
                            .has_arg = option[i].kind == CLI_FLAG ? no_argument : required_argument,
                            .val = 256 + (int)i};
        if (option[i].letter != 0) {
            *shorts++ = option[i].letter;
            if (option[i].kind != CLI_FLAG) {
                *shorts++ = ':';
            }
        }
    }
    longs[count] = (struct option){.name = "help", .has_arg = no_argument, .val = 'h'};
    longs[count + 1] = (struct option){.name = NULL};
    *shorts++ = 'h';
    *shorts = '\0';
}

static const struct cli_option *find_option(const struct cli_option *option, size_t count, int code)
{
    if (code >= 256) {
        return &option[code - 256];
    }
    for (size_t i = 0; i < count; i++) {
        if (option[i].letter == code) {
            return &option[i];
        }
    }
    return NULL;
}

int cli_parse(const struct cli_verb *verb, int argc, char **argv, const struct cli_option *option,
              size_t option_count, int operands_min, int operands_max, char ***operands,
              int *operand_count)
{
    struct option longs[OPTIONS_MAX + 2];
    char shorts[2 * OPTIONS_MAX + 3];
    int code;

    assert(option_count <= OPTIONS_MAX);
    fill_tables(option, option_count, longs, shorts);
    optind = 1;
    while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        const struct cli_option *found = find_option(option, option_count, code);
        if (code == ':') {
            return cli_complain(verb, "%s: expected a value", argv[optind - 1]);
        }
        if (code == '?') {
            return cli_complain(verb, "unknown option %s, expected one of iocplab %s --help",
                                argv[optind - 1], verb->name);
        }
        if (code == 'h') {
            print_help(verb, option, option_count);
            return CLI_CLEAN;
        }
        if (store(verb, found, optarg) != -1) {
            return CLI_USAGE;
        }
    }
    *operands = argv + optind;
    *operand_count = argc - optind;
    if (*operand_count < operands_min) {
        return cli_complain(verb, "expected %s", verb->operands);
    }
    if (*operand_count > operands_max) {
        return cli_complain(verb, "unexpected %s, expected %s", argv[optind + operands_max],
                            verb->operands[0] == '\0' ? "options only" : verb->operands);
    }
    return -1;
}
