/* export: a finding as the source of a regression test. */
#include "conformance/clause.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/playback.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE     96
#define COMMENT_WIDTH 97u

struct export_options {
    const char *library;
    const char *form;
    const char *path;
};

/* make_name turns what the scenario is called into a name of C. */
static void make_name(const char *text, char name[NAME_SIZE])
{
    size_t length = 0;

    if (isdigit((unsigned char)text[0])) {
        name[length++] = '_';
    }
    for (; *text != '\0' && length + 1 < NAME_SIZE; text++) {
        name[length++] = isalnum((unsigned char)*text) ? *text : '_';
    }
    name[length] = '\0';
}

/* print_quoted writes a line as a string literal; trigraphs cannot arise. */
static void print_quoted(const char *line, size_t length, FILE *out)
{
    fputs("    \"", out);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)line[i];
        if (c == '"' || c == '\\' || c == '?') {
            fprintf(out, "\\%c", c);
        } else if (c < 0x20 || c >= 0x7f) {
            fprintf(out, "\\%03o", c);
        } else {
            fputc(c, out);
        }
    }
    fputs("\\n\"", out);
}

/* cut_line returns how much of a line goes into the width of a comment. */
static size_t cut_line(const char *text)
{
    size_t length = strcspn(text, "\n");
    size_t cut = COMMENT_WIDTH;

    if (length <= COMMENT_WIDTH) {
        return length;
    }
    while (cut > 0 && text[cut] != ' ') {
        cut--;
    }
    return cut == 0 ? length : cut;
}

/* print_comment writes text behind " * ", wrapped; what would end the comment is parted. */
static void print_comment(const char *text, FILE *out)
{
    while (*text != '\0') {
        size_t length = cut_line(text);
        fputs(" * ", out);
        for (size_t i = 0; i < length; i++) {
            fputc(text[i], out);
            if (text[i] == '*' && text[i + 1] == '/') {
                fputc(' ', out);
            }
        }
        fputc('\n', out);
        text += length + (text[length] == '\n' || text[length] == ' ');
    }
}

/* print_head says what the test is about, as far as the run that was just made knows. */
static void print_head(const struct fuzz_report *report, const char *clause_id, FILE *out)
{
    struct conf_clause clause;

    if (report->oracle[0] == '\0') {
        fputs("/* An execution in which nothing may be found.\n", out);
    } else {
        fprintf(out, "/* A finding that must not come back: %s%s%s.\n *\n", report->oracle,
                clause_id[0] == '\0' ? "" : ", violates ", clause_id);
        print_comment(report->message, out);
    }
    if (conf_clause_find(clause_id, &clause)) {
        fprintf(out, " *\n * %s (%s):\n", clause_id, clause.level);
        print_comment(clause.text, out);
    }
    fputs(" *\n * Made by iocplab export --as cmocka; fuzz/regression.h says how to build it. */\n"
          "#include \"fuzz/regression.h\"\n\n"
          "#include <setjmp.h>\n#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n\n"
          "#include <cmocka.h>\n\n",
          out);
}

static void print_program(const char *text, FILE *out)
{
    fputs("static const char program[] =", out);
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        fputc('\n', out);
        print_quoted(text, length, out);
        text += length + (text[length] == '\n');
    }
    fputs(";\n\n", out);
}

static void print_test(const char *name, FILE *out)
{
    fprintf(out,
            "static const char *library; /* instead of what is tested; NULL: none */\n\n"
            "static void %s(void **state)\n"
            "{\n"
            "    static char verdict[FUZZ_REGRESSION_VERDICT_SIZE];\n\n"
            "    (void)state;\n"
            "    if (!fuzz_regression_passes(program, library, verdict)) {\n"
            "        fail_msg(\"%%s\", verdict);\n"
            "    }\n"
            "}\n\n"
            "int main(int argc, char **argv)\n"
            "{\n"
            "    const struct CMUnitTest tests[] = {\n"
            "        cmocka_unit_test(%s),\n"
            "    };\n\n"
            "    library = argc > 1 ? argv[1] : NULL;\n"
            "    return cmocka_run_group_tests(tests, NULL, NULL);\n"
            "}\n",
            name, name);
}

/* name_of returns what the subject is called: a scenario by its name, a program by its file. */
static const char *name_of(const struct cli_input *input)
{
    const char *slash;

    if (input->scenario != NULL) {
        return input->scenario->name;
    }
    slash = strrchr(input->library, '/');
    return slash == NULL ? input->library : slash + 1;
}

/* print_input writes the subject in its file format. Tests run anywhere: a program is named by its
 * full path. */
static void print_input(const struct cli_input *input, FILE *out)
{
    struct fuzz_subject *subject = input->subject;
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    if (file == NULL) {
        return;
    }
    subject->ops->print(subject, input->item, input->count, file);
    if (fclose(file) == 0) {
        const char *rest = text;
        if (input->scenario == NULL) {
            fprintf(out, "program %s", input->library);
            rest += strcspn(rest, "\n");
        }
        fputs(rest, out);
    }
    free(text);
}

/* write_test writes the whole file; false when memory runs out. */
static bool write_test(const struct cli_input *input, const struct fuzz_report *report, FILE *out)
{
    struct fuzz_subject *subject = input->subject;
    char name[NAME_SIZE];
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    bool good = file != NULL;

    if (good) {
        print_input(input, file);
        good = fclose(file) == 0 && size > 0;
    }
    if (good) {
        make_name(name_of(input), name);
        print_head(report, subject->ops->clause(subject, report->oracle), out);
        print_program(text, out);
        print_test(name, out);
    }
    free(text);
    return good;
}

static int export(const struct cli_verb *verb, struct cli_input *input,
                  const struct export_options *options)
{
    struct fuzz_report report;
    struct cli_output output;

    if (!cli_input_realign(input) ||
        !fuzz_play(input->subject, input->item, input->count, true, NULL, NULL, &report)) {
        return cli_complain(verb, "the host refuses memory or processes");
    }
    if (!cli_output_open(&output, options->path)) {
        return CLI_USAGE;
    }
    if (!write_test(input, &report, output.file)) {
        cli_output_abandon(&output);
        return cli_complain(verb, "the host refuses memory");
    }
    return cli_output_commit(&output) ? CLI_CLEAN : CLI_USAGE;
}

int cli_export(const struct cli_verb *verb, int argc, char **argv)
{
    struct export_options options = {.form = "cmocka"};
    const struct cli_option option[] = {
        CLI_OPTION_PORT(options.library),
        {"as", 0, CLI_CHOICE, "FORM", "what to write: cmocka, a test in C (the default)",
         &options.form, "cmocka"},
        {"output", 'o', CLI_TEXT, "OUT", "write there instead of to standard output", &options.path,
         NULL},
    };
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, 3, 1, 1, &operand, &count);
    const struct conf_port *port;
    struct cli_input input;

    if (status != -1) {
        return status;
    }
    port = cli_port_load(verb, options.library);
    if (port == NULL || !cli_input_load(&input, operand[0], port)) {
        return CLI_USAGE;
    }
    status = export(verb, &input, &options);
    cli_input_unload(&input);
    return status;
}
