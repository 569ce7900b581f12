/* iocplab: the command. Finds the verb and runs it. */
#include "fuzz/cli/verbs.h"

#include <errno.h>
#include <string.h>

static void print_usage(FILE *out)
{
    fprintf(out, "usage: iocplab VERB [options] [operands]\n\n");
    for (size_t i = 0; i < cli_verb_count; i++) {
        fprintf(out, "  %-9s %s\n", cli_verb_table[i].name, cli_verb_table[i].about);
    }
    fprintf(out, "\niocplab VERB --help says more.\n");
}

/* told is the exit status of a verb that ended with `status`; what nobody was told is no result. */
static int told(int status)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "iocplab: standard output: %s\n", strerror(errno));
        return CLI_USAGE;
    }
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(stdout);
        return CLI_CLEAN;
    }
    for (size_t i = 0; i < cli_verb_count; i++) {
        if (strcmp(argv[1], cli_verb_table[i].name) == 0) {
            return told(cli_verb_table[i].run(&cli_verb_table[i], argc - 1, argv + 1));
        }
    }
    fprintf(stderr, "iocplab: unknown verb %s, expected one of:\n", argv[1]);
    print_usage(stderr);
    return CLI_USAGE;
}
