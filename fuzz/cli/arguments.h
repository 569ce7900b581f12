/* arguments: the options of a verb: one table gives the parser, the checks and the help. */
#ifndef FUZZ_CLI_ARGUMENTS_H
#define FUZZ_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses of the command. */
enum cli_exit { CLI_CLEAN = 0, CLI_FINDING = 1, CLI_USAGE = 2, CLI_DIVERGED = 3 };

enum cli_value_kind {
    CLI_FLAG,    /* bool: no value */
    CLI_TEXT,    /* const char *: any text */
    CLI_COUNT,   /* uint64_t: 0, 1, 2 ...; 1e6, 10k and 2M are understood */
    CLI_SECONDS, /* double: at least 0 */
    CLI_CHOICE   /* const char *: one of the words of `choice` */
};

struct cli_option {
    const char *name; /* without the dashes */
    char letter;      /* short form, 0 for none */
    enum cli_value_kind kind;
    const char *value;  /* what to call the value in the help; NULL for flags */
    const char *help;   /* one line */
    void *target;       /* where the value goes; it keeps its default when the option is absent */
    const char *choice; /* CLI_CHOICE: the words, separated by "|" */
};

struct cli_verb {
    const char *name;
    const char *operands; /* as shown in the usage line */
    const char *about;    /* one line */
    const char *details;  /* more for --help, lines ended by newline; may be NULL */
    int (*run)(const struct cli_verb *verb, int argc, char **argv);
};

/* cli_parse reads the options of a verb from argv (argv[0] is the verb) and leaves *operands
 * pointing at what is left, *operand_count of them, at least `operands_min` and at most
 * `operands_max`. It returns -1 to go on; otherwise the exit status: CLI_CLEAN after --help,
 * CLI_USAGE after a message on standard error. */
int cli_parse(const struct cli_verb *verb, int argc, char **argv, const struct cli_option *option,
              size_t option_count, int operands_min, int operands_max, char ***operands,
              int *operand_count);

/* cli_complain writes "iocplab VERB: ..." and a newline to standard error; returns CLI_USAGE. */
int cli_complain(const struct cli_verb *verb, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
