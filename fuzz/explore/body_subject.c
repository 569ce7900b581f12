/* body_subject: a C function as a subject. */
#include "fuzz/explore/body_subject.h"

#include "fakes/log.h"

static struct fuzz_body_subject *body_of(struct fuzz_subject *subject)
{
    return (struct fuzz_body_subject *)subject; /* its first member */
}

static void body_run(struct fuzz_subject *subject, struct sim_world *world,
                     struct sim_source *source, struct sim_outcome *outcome)
{
    struct fuzz_body_subject *body = body_of(subject);

    sim_world_run(world, &body->settings, source, body->body, body->argument, outcome);
}

struct sim_names fuzz_body_names(struct fuzz_subject *subject)
{
    (void)subject;
    return (struct sim_names){.name = NULL, .count = 0};
}

const char *fuzz_body_clause(struct fuzz_subject *subject, const char *oracle)
{
    (void)subject;
    (void)oracle;
    return ""; /* a program has no contract but that of Win32 */
}

static void body_clause_text(struct fuzz_subject *subject, const char *oracle, char *out,
                             size_t size)
{
    (void)subject;
    (void)oracle;
    snprintf(out, size, "%s", "");
}

static void body_print(struct fuzz_subject *subject, const struct sim_decision *item,
                       uint32_t count, FILE *out)
{
    struct sim_names names = fuzz_body_names(subject);

    fprintf(out, "# body %s\n# decisions %u\n", body_of(subject)->name, count);
    for (uint32_t i = 0; i < count; i++) {
        char line[256];
        sim_decision_format(&item[i], &names, line, sizeof line);
        fprintf(out, "#   %s\n", line);
    }
}

void fuzz_body_history(struct fuzz_subject *subject, struct sim_world *world, FILE *out)
{
    const struct sim_log *log = sim_world_log(world);
    struct sim_names names = fuzz_body_names(subject);

    for (size_t i = 0; i < sim_log_count(log); i++) {
        const struct sim_event *event = sim_log_at(log, i);
        char actor[64];
        char line[512];
        sim_actor_format(event->actor, &names, actor, sizeof actor);
        sim_event_format(event, names.name, names.count, line, sizeof line);
        fprintf(out, "%-12s %s\n", actor, line);
    }
}

static size_t body_event_text(struct fuzz_subject *subject, struct sim_world *world, size_t index,
                              const char *oracle, char *out, size_t size)
{
    (void)subject;
    (void)world;
    (void)index;
    (void)oracle;
    if (size > 0) {
        out[0] = '\0';
    }
    return 0; /* a program logs no entries of its own */
}

static void body_object_name(struct fuzz_subject *subject, struct sim_world *world, size_t index,
                             char *out, size_t size)
{
    (void)subject;
    (void)world;
    (void)index;
    snprintf(out, size, "%s", "");
}

static uint32_t body_reduction_count(struct fuzz_subject *subject)
{
    (void)subject;
    return 0;
}

static struct fuzz_subject *body_reduce(struct fuzz_subject *subject, uint32_t k)
{
    (void)subject;
    (void)k;
    return NULL;
}

uint64_t fuzz_text_key(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    for (; *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static uint64_t body_key(struct fuzz_subject *subject)
{
    return fuzz_text_key(body_of(subject)->name);
}

static void body_destroy(struct fuzz_subject *subject)
{
    (void)subject; /* the caller's memory */
}

void fuzz_body_subject_init(struct fuzz_body_subject *subject, const char *name,
                            void (*body)(void *argument), void *argument)
{
    static const struct fuzz_subject_ops ops = {
        .run = body_run,
        .names = fuzz_body_names,
        .clause = fuzz_body_clause,
        .clause_text = body_clause_text,
        .print = body_print,
        .history = fuzz_body_history,
        .event_text = body_event_text,
        .object_name = body_object_name,
        .reduction_count = body_reduction_count,
        .reduce = body_reduce,
        .key = body_key,
        .destroy = body_destroy,
    };

    *subject = (struct fuzz_body_subject){
        .subject = {.ops = &ops}, .name = name, .body = body, .argument = argument};
}
