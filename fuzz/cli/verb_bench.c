/* bench: runs benches and prints the table. */
#include "fuzz/cli/bench.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/count.h"
#include "fuzz/explore/json.h"

#include <math.h>
#include <string.h>

static bool is_wanted(const struct cli_bench *bench, char **name, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(name[i], bench->name) == 0) {
            return true;
        }
    }
    return count == 0;
}

static int check_names(const struct cli_verb *verb, char **name, int count)
{
    for (int i = 0; i < count; i++) {
        uint32_t k = 0;
        while (cli_bench_at(k) != NULL && strcmp(name[i], cli_bench_at(k)->name) != 0) {
            k++;
        }
        if (cli_bench_at(k) == NULL) {
            fprintf(stderr, "iocplab %s: unknown bench %s, expected one of:", verb->name, name[i]);
            for (k = 0; cli_bench_at(k) != NULL; k++) {
                fprintf(stderr, " %s", cli_bench_at(k)->name);
            }
            fputc('\n', stderr);
            return CLI_USAGE;
        }
    }
    return -1;
}

/* Small values are ratios and times: their decimals count. */
static void number_format(double number, char out[FUZZ_COUNT_SIZE])
{
    if (number >= 100 || number == 0) {
        fuzz_count_format(number, out);
    } else {
        snprintf(out, FUZZ_COUNT_SIZE, "%.*f", number < 10 ? 2 : 1, number);
    }
}

static void print_row(const struct cli_bench *bench, const struct cli_bench_result *result)
{
    char value[FUZZ_COUNT_SIZE] = "-";
    char target[FUZZ_COUNT_SIZE];
    const char *verdict = "not measured";

    if (result->sample_count > 0) {
        double median = cli_bench_value(result);
        number_format(median, value);
        verdict = cli_bench_is_met(bench, median) ? "met" : "NOT MET";
    }
    number_format(bench->target, target);
    printf("%-22s %10s %-13s %s %-7s %-13s %s%s%s\n", bench->name, value, bench->unit,
           bench->at_least ? ">=" : "<=", target, verdict, result->note,
           bench->peer[0] != '\0' && result->note[0] != '\0' ? "; " : "", bench->peer);
    fflush(stdout);
}

static void json_row(struct fuzz_json *json, const struct cli_bench *bench,
                     const struct cli_bench_result *result)
{
    bool measured = result->sample_count > 0;

    fuzz_json_open(json, NULL, '{');
    fuzz_json_text(json, "name", bench->name);
    fuzz_json_number(json, "value", measured ? cli_bench_value(result) : NAN);
    fuzz_json_text(json, "unit", bench->unit);
    fuzz_json_number(json, "target", bench->target);
    if (measured) {
        fuzz_json_bool(json, "met", cli_bench_is_met(bench, cli_bench_value(result)));
    } else {
        fuzz_json_null(json, "met");
    }
    if (bench->peer[0] == '\0') {
        fuzz_json_null(json, "peer");
    } else {
        fuzz_json_text(json, "peer", bench->peer);
    }
    fuzz_json_open(json, "samples", '[');
    for (uint32_t i = 0; i < result->sample_count; i++) {
        fuzz_json_number(json, NULL, result->sample[i]);
    }
    fuzz_json_close(json);
    fuzz_json_text(json, "note", result->note);
    fuzz_json_close(json);
}

int cli_bench(const struct cli_verb *verb, int argc, char **argv)
{
    struct cli_bench_options options = {.seconds = 2, .samples = 5};
    uint64_t samples = 5;
    bool json = false;
    const struct cli_option option[] = {
        CLI_OPTION_JSON(json),
        {"seconds", 0, CLI_SECONDS, "S", "of one sample (2)", &options.seconds, NULL},
        {"samples", 0, CLI_COUNT, "N", "the median of N samples counts (5)", &samples, NULL},
        {"long", 0, CLI_FLAG, NULL, "10^8 executions for the bench clean", &options.thorough, NULL},
    };
    struct fuzz_json out;
    char **name;
    int count;
    int status = cli_parse(verb, argc, argv, option, 4, 0, INT32_MAX, &name, &count);

    if (status == -1) {
        status = check_names(verb, name, count);
    }
    if (status != -1) {
        return status;
    }
    if (samples == 0 || samples > CLI_BENCH_SAMPLES_MAX) {
        return cli_complain(verb, "--samples: expected 1 to %d", CLI_BENCH_SAMPLES_MAX);
    }
    options.samples = (uint32_t)samples;
    if (json) {
        fuzz_json_begin(&out, stdout);
        fuzz_json_open(&out, NULL, '[');
    }
    for (uint32_t i = 0; cli_bench_at(i) != NULL; i++) {
        const struct cli_bench *bench = cli_bench_at(i);
        struct cli_bench_result result = {.sample_count = 0};
        if (!is_wanted(bench, name, count)) {
            continue;
        }
        if (!bench->run(&options, &result)) {
            status = cli_complain(verb, "%s could not be measured", bench->name);
            result.sample_count = 0;
        }
        if (json) {
            json_row(&out, bench, &result);
        } else {
            print_row(bench, &result);
        }
    }
    if (json) {
        fuzz_json_close(&out);
        fuzz_json_end(&out);
    }
    return status == -1 ? CLI_CLEAN : status;
}
