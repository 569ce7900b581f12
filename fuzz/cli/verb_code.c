/* decode and encode: fuzz input to scenario text and back.
 *
 * A fuzz input is an encoded scenario followed by decision bytes, one for each choice. Both
 * directions execute the scenario, because only the execution says which choices there are. */
#include "conformance/scenario_bytes.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/playback.h"
#include "fuzz/explore/worker.h"
#include "fuzz/scenario_subject.h"

#include <stdlib.h>
#include <string.h>

#define INPUT_SIZE_MAX ((size_t)1 << 20)

struct code_options {
    const char *target;
    const char *library;
    const char *path;
};

static int parse_code(const struct cli_verb *verb, int argc, char **argv,
                      struct code_options *options, char ***operand)
{
    const struct cli_option option[] = {
        CLI_OPTION_PORT(options->library),
        {"target", 0, CLI_CHOICE, "NAME", "whose input format; else the scenario's or named_pipe",
         &options->target, "named_pipe|duplex|sockets|selector"},
        {"output", 'o', CLI_TEXT, "OUT", "write there instead of to standard output",
         &options->path, NULL},
    };
    int count;

    return cli_parse(verb, argc, argv, option, 3, 1, 1, operand, &count);
}

/* profile_of returns the named profile, or without a name the one given. */
static enum conf_bytes_profile profile_of(const struct code_options *options,
                                          enum conf_bytes_profile otherwise)
{
    for (unsigned p = 0; options->target != NULL && p < CONF_BYTES_PROFILE_COUNT; p++) {
        if (strcmp(options->target, conf_bytes_profile_name[p]) == 0) {
            return p;
        }
    }
    return otherwise;
}

static void print_deviations(const struct fuzz_played *played, FILE *out)
{
    uint32_t count = sim_decisions_deviations(played->decisions, NULL, 0);
    struct sim_decision *item = malloc((count + 1) * sizeof *item);

    if (item != NULL) {
        sim_decisions_deviations(played->decisions, item, count);
        played->subject->ops->print(played->subject, item, count, out);
        free(item);
    }
}

/* print_bytes writes what a source of bytes would have consumed to take these decisions. */
static void print_bytes(const struct fuzz_played *played, FILE *out)
{
    const struct sim_decision_log *decisions = played->decisions;
    uint32_t last = decisions->count;

    while (last > 0 && decisions->item[last - 1].index == 0) {
        last--; /* bytes that are not there are dull */
    }
    for (uint32_t i = 0; i < last; i++) {
        if (decisions->item[i].count > 256) {
            fputc(decisions->item[i].index >> 8, out);
        }
        fputc(decisions->item[i].index & 0xff, out);
    }
}

/* finish ends an output; `good` tells whether there is anything to keep. */
static int finish(const struct cli_verb *verb, struct cli_output *output, bool good)
{
    if (!good) {
        cli_output_abandon(output);
        return cli_complain(verb, "the host refuses memory or processes");
    }
    return cli_output_commit(output) ? CLI_CLEAN : CLI_USAGE;
}

int cli_decode(const struct cli_verb *verb, int argc, char **argv)
{
    struct code_options options = {0};
    struct sim_source_bytes bytes;
    struct fuzz_report report;
    struct cli_output output;
    struct fuzz_subject *subject;
    struct conf_scenario *scenario;
    const struct conf_port *port;
    const uint8_t *tail;
    size_t tail_size;
    char **operand;
    char *data;
    size_t size;
    int status = parse_code(verb, argc, argv, &options, &operand);

    if (status != -1) {
        return status;
    }
    port = cli_port_load(verb, options.library);
    if (port == NULL || !cli_file_read(operand[0], INPUT_SIZE_MAX, &data, &size)) {
        return CLI_USAGE;
    }
    scenario = calloc(1, sizeof *scenario);
    if (scenario == NULL || !cli_output_open(&output, options.path)) {
        free(scenario);
        free(data);
        return CLI_USAGE;
    }
    conf_bytes_decode(profile_of(&options, CONF_BYTES_NAMED_PIPE), (const uint8_t *)data, size,
                      scenario, &tail, &tail_size);
    subject = fuzz_scenario_subject_create(scenario, port);
    sim_source_bytes_init(&bytes, tail, tail_size);
    status = finish(verb, &output,
                    subject != NULL && fuzz_play_source(subject, &bytes.source, print_deviations,
                                                        output.file, &report));
    if (subject != NULL) {
        subject->ops->destroy(subject);
    }
    free(scenario);
    free(data);
    return status;
}

/* encode_tail executes the input and returns its decisions as bytes, which the caller frees; NULL
 * when the host refuses. */
static uint8_t *encode_tail(const struct cli_input *input, size_t *size)
{
    char *text = NULL;
    struct fuzz_report report;
    FILE *file = open_memstream(&text, size);
    bool played;

    if (file == NULL) {
        return NULL;
    }
    played = fuzz_play(input->subject, input->item, input->count, true, print_bytes, file, &report);
    if (fclose(file) != 0 || !played) {
        free(text);
        return NULL;
    }
    return (uint8_t *)text;
}

static int encode(const struct cli_verb *verb, const struct cli_input *input,
                  const struct code_options *options)
{
    size_t tail_size = 0;
    uint8_t *tail = encode_tail(input, &tail_size);
    uint8_t *out = malloc(CONF_BYTES_SIZE_MAX + tail_size);
    const char *missing = "";
    struct cli_output output;
    size_t size = 0;
    int status = CLI_USAGE;

    if (tail == NULL || out == NULL) {
        status = cli_complain(verb, "the host refuses memory or processes");
    } else {
        enum conf_bytes_profile profile =
            profile_of(options, conf_bytes_profile_of(input->scenario));

        size = conf_bytes_encode(profile, input->scenario, tail, tail_size, out,
                                 CONF_BYTES_SIZE_MAX + tail_size, &missing);
        if (size == 0) {
            fprintf(stderr, "%s: the input of target %s has no place for: %s\n", input->path,
                    conf_bytes_profile_name[profile], missing);
        } else if (cli_output_open(&output, options->path)) {
            fwrite(out, 1, size, output.file);
            status = finish(verb, &output, true);
        }
    }
    free(out);
    free(tail);
    return status;
}

int cli_encode(const struct cli_verb *verb, int argc, char **argv)
{
    struct code_options options = {0};
    const struct conf_port *port;
    struct cli_input input;
    char **operand;
    int status = parse_code(verb, argc, argv, &options, &operand);

    if (status != -1) {
        return status;
    }
    port = cli_port_load(verb, options.library);
    if (port == NULL || !cli_input_load(&input, operand[0], port)) {
        return CLI_USAGE;
    }
    if (input.scenario == NULL) {
        fprintf(stderr, "%s: a program, expected a scenario\n", input.path);
        status = CLI_USAGE;
    } else {
        status = encode(verb, &input, &options);
    }
    cli_input_unload(&input);
    return status;
}
