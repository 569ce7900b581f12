/* fact_program: chooses facts and leaves them to cmocka, which also writes TAP and JUnit. */
#include "conformance/suites/fact_program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NAME_SIZE  160u
#define PATH_SIZE  1024u
#define EXIT_USAGE 2
#define JUNIT_FILE "CMOCKA_XML_FILE" /* where cmocka writes it */

/* Facts chosen, in the order of their suites. */
struct choice {
    struct CMUnitTest *test;
    char (*name)[NAME_SIZE];
    size_t count;
};

struct arguments {
    bool list, tap;
    const char *junit; /* path, NULL for none */
    char **pattern;
    int pattern_count;
};

static bool matches(const char *pattern, const char *name)
{
    if (*pattern == '*') {
        return matches(pattern + 1, name) || (*name != '\0' && matches(pattern, name + 1));
    }
    return *pattern == *name && (*name == '\0' || matches(pattern + 1, name + 1));
}

static bool is_chosen(const struct arguments *arguments, const char *name)
{
    for (int i = 0; i < arguments->pattern_count; i++) {
        if (matches(arguments->pattern[i], name)) {
            return true;
        }
    }
    return arguments->pattern_count == 0;
}

static void skip_case(void **state)
{
    (void)state;
    skip();
}

static void choose_from(const struct fact_suite *suite, const struct arguments *arguments,
                        struct choice *choice)
{
    for (size_t i = 0; i < suite->count; i++) {
        const struct fact *fact = &suite->facts[i];
        char *name = choice->name[choice->count];
        snprintf(name, NAME_SIZE, "%s.%s", suite->name, fact->name);
        if (is_chosen(arguments, name)) {
            choice->test[choice->count++] = (struct CMUnitTest){
                .name = name,
                .test_func = fact_is_of_this_world(fact) ? fact_case : skip_case,
                .initial_state = (void *)(uintptr_t)fact};
        }
    }
}

static bool choose(const struct arguments *arguments, struct choice *choice)
{
    size_t count = 1; /* none is no reason to ask for nothing */

    for (size_t i = 0; fact_suites[i] != NULL; i++) {
        count += fact_suites[i]->count;
    }
    choice->count = 0;
    choice->test = calloc(count, sizeof *choice->test);
    choice->name = calloc(count, sizeof *choice->name);
    if (choice->test == NULL || choice->name == NULL) {
        fprintf(stderr, "there is no memory for %u facts\n", (unsigned)count);
        return false;
    }
    for (size_t i = 0; fact_suites[i] != NULL; i++) {
        choose_from(fact_suites[i], arguments, choice);
    }
    if (choice->count == 0) {
        fprintf(stderr, "no fact is chosen, expected a pattern of one that --list prints\n");
    }
    return choice->count > 0;
}

/* run leaves the facts to cmocka. JUnit appears by rename. */
static int run(const struct arguments *arguments, const struct choice *choice)
{
    const char *title = fact_suites[1] == NULL ? fact_suites[0]->name : "facts";
    char path[PATH_SIZE] = "";
    int failed;

    if (arguments->junit != NULL) {
        snprintf(path, sizeof path, "%s.new", arguments->junit);
        (void)remove(path); /* cmocka writes to new files only */
        if (!fact_set_environment(JUNIT_FILE, path)) {
            return EXIT_USAGE;
        }
        cmocka_set_message_output(CM_OUTPUT_XML);
    } else if (arguments->tap) {
        cmocka_set_message_output(CM_OUTPUT_TAP);
    }
    failed = _cmocka_run_group_tests(title, choice->test, choice->count, NULL, NULL);
    if (arguments->junit != NULL) {
        (void)remove(arguments->junit); /* Windows renames to new names only */
        if (rename(path, arguments->junit) != 0) {
            fprintf(stderr, "%s: expected a file that can be written\n", arguments->junit);
            return EXIT_USAGE;
        }
    }
    return failed != 0;
}

static bool parse(int argc, char **argv, struct arguments *arguments)
{
    int i = 1;

    for (; i < argc && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--list") == 0) {
            arguments->list = true;
        } else if (strcmp(argv[i], "--tap") == 0) {
            arguments->tap = true;
        } else if (strcmp(argv[i], "--junit") == 0 && i + 1 < argc &&
                   strlen(argv[i + 1]) + sizeof ".new" <= PATH_SIZE) {
            arguments->junit = argv[++i];
        } else {
            fprintf(stderr,
                    "%s: %s, expected [--list] [--tap | --junit FILE] [PATTERN...]\n"
                    "a PATTERN is SUITE.FACT, with * for any characters\n",
                    argv[0], argv[i]);
            return false;
        }
    }
    arguments->pattern = argv + i;
    arguments->pattern_count = argc - i;
    return true;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct choice choice = {0};
    int status = EXIT_USAGE;

    if (!parse(argc, argv, &arguments)) {
        return EXIT_USAGE;
    }
    if (choose(&arguments, &choice)) {
        if (arguments.list) {
            for (size_t i = 0; i < choice.count; i++) {
                printf("%s\n", choice.name[i]);
            }
            status = 0;
        } else if (fact_world_begin()) {
            status = run(&arguments, &choice);
            fact_world_end();
        } else {
            fprintf(stderr, "there is no memory for a world\n");
        }
    }
    free(choice.test);
    free(choice.name);
    return status;
}
