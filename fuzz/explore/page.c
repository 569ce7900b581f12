/* page: a frame, and data that is put into it. */
#include "fuzz/explore/page.h"

#include "fuzz/explore/json.h"

#include <stdlib.h>
#include <string.h>

/* page.html, made into an array by the build. */
extern const char fuzz_page_frame[];

#define PLACE "@DATA@" /* where the data goes */

static void print_run(struct fuzz_json *json, const char *name, const struct fuzz_page_run *run)
{
    fuzz_json_open(json, name, '{');
    fuzz_json_text(json, "oracle", run->report->oracle);
    fuzz_json_text(json, "message", run->report->message);
    fuzz_json_bool(json, "died", run->report->died);
    fuzz_json_hash(json, "hash", run->report->hash);
    fuzz_json_count(json, "steps", run->report->steps);
    fuzz_json_raw(json, "timeline", run->timeline);
    fuzz_json_close(json);
}

static void print_data(const struct fuzz_page *page, FILE *out)
{
    struct fuzz_json json;

    fuzz_json_begin(&json, out);
    json.compact = true;
    fuzz_json_open(&json, NULL, '{');
    fuzz_json_text(&json, "file", page->file);
    fuzz_json_text(&json, "program", page->program);
    fuzz_json_open(&json, "clause", '{');
    fuzz_json_text(&json, "id", page->clause);
    fuzz_json_text(&json, "level", page->clause_level);
    fuzz_json_text(&json, "text", page->clause_text);
    fuzz_json_text(&json, "source", page->clause_source);
    fuzz_json_close(&json);
    print_run(&json, "run", &page->run);
    if (page->nearest == NULL) {
        fuzz_json_null(&json, "nearest");
    } else {
        print_run(&json, "nearest", page->nearest);
    }
    fuzz_json_close(&json);
    fuzz_json_end(&json);
}

bool fuzz_page_print(const struct fuzz_page *page, FILE *out)
{
    const char *place = strstr(fuzz_page_frame, PLACE);
    char *data = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&data, &size);
    bool good = memory != NULL;

    if (good) {
        print_data(page, memory);
        good = fclose(memory) == 0;
    }
    if (good) {
        fwrite(fuzz_page_frame, 1, (size_t)(place - fuzz_page_frame), out);
        for (size_t i = 0; i < size; i++) {
            if (data[i] == '<') { /* inside texts only, where it could end the script */
                fputs("\\u003c", out);
            } else {
                fputc(data[i], out);
            }
        }
        fputs(place + strlen(PLACE), out);
    }
    free(data);
    return good;
}
