/* scenario_subject: a scenario on a port, in the simulated world. */
#include "fuzz/scenario_subject.h"

#include "conformance/clause.h"
#include "conformance/oracle_clause.h"
#include "conformance/oracle.h"
#include "conformance/runner.h"
#include "conformance/scenario_edit.h"
#include "conformance/scenario_key.h"
#include "conformance/scenario_print.h"
#include "conformance/worlds/world_sim.h"

#include <stdlib.h>
#include <string.h>

#define DECISION_TEXT_SIZE 256
#define REFERENCES         "reference-" /* how the oracles begin that count references */

struct scenario_subject {
    struct fuzz_subject subject;
    const struct conf_port *port;
    struct conf_runner *runner;
    const char *name[CONF_THREADS_MAX + 1]; /* of the simulated threads, in `scenario` */
    uint32_t name_count;
    struct conf_scenario scenario;
};

static struct scenario_subject *self_of(struct fuzz_subject *subject)
{
    return (struct scenario_subject *)subject; /* its first member */
}

static void scenario_run(struct fuzz_subject *subject, struct sim_world *world,
                         struct sim_source *source, struct sim_outcome *outcome)
{
    struct scenario_subject *self = self_of(subject);

    conf_world_sim_run(self->runner, self->port, &self->scenario, world, source, outcome);
}

static struct sim_names scenario_names(struct fuzz_subject *subject)
{
    struct scenario_subject *self = self_of(subject);

    return (struct sim_names){.name = self->name, .count = self->name_count};
}

static const char *scenario_clause(struct fuzz_subject *subject, const char *oracle)
{
    return conf_oracle_clause(oracle, &self_of(subject)->scenario);
}

static void scenario_clause_text(struct fuzz_subject *subject, const char *oracle, char *out,
                                 size_t size)
{
    struct conf_clause clause;
    bool known = conf_clause_find(scenario_clause(subject, oracle), &clause);

    snprintf(out, size, "%s%s%s", clause.level, known ? ": " : "", clause.text);
}

/* decisions_text returns decisions as lines, which the caller frees; NULL when there are none, or
 * no memory. */
static char *decisions_text(const struct scenario_subject *self, const struct sim_decision *item,
                            uint32_t count)
{
    struct sim_names names = {.name = self->name, .count = self->name_count};
    char *text = NULL;
    size_t size = 0;
    FILE *out = count == 0 ? NULL : open_memstream(&text, &size);

    if (out == NULL) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        char line[DECISION_TEXT_SIZE];
        sim_decision_format(&item[i], &names, line, sizeof line);
        fprintf(out, "%s\n", line);
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static void scenario_print(struct fuzz_subject *subject, const struct sim_decision *item,
                           uint32_t count, FILE *out)
{
    struct scenario_subject *self = self_of(subject);
    char *text = decisions_text(self, item, count);

    conf_scenario_write(&self->scenario, text, out);
    free(text);
}

static void scenario_history(struct fuzz_subject *subject, struct sim_world *world, FILE *out)
{
    struct scenario_subject *self = self_of(subject);

    conf_world_sim_history(&self->scenario, self->port, world, true, out);
}

/* is_shown tells which records say something that the steps around them do not: those of references
 * where these do not add up. */
static bool is_shown(const struct conf_record *record, const char *oracle)
{
    switch ((enum conf_record_kind)record->kind) {
    case CONF_RECORD_BEGIN:
    case CONF_RECORD_END:
    case CONF_RECORD_EVENT:
    case CONF_RECORD_CREATED:
    case CONF_RECORD_DROP_BEGIN:
    case CONF_RECORD_DROP_END:
    case CONF_RECORD_MISMATCH:
    case CONF_RECORD_TASK:
    case CONF_RECORD_IDLE:
    case CONF_RECORD_STUCK:
    case CONF_RECORD_SETTLED:
    case CONF_RECORD_LEFT:
        return true;
    case CONF_RECORD_RETAIN:
    case CONF_RECORD_RELEASE:
    case CONF_RECORD_DISPATCH:
        return strncmp(oracle, REFERENCES, strlen(REFERENCES)) == 0;
    case CONF_RECORD_STATE:
        return record->word == 0;
    case CONF_RECORD_BOUND:
    case CONF_RECORD_OBJECT:
    case CONF_RECORD_OBJECT_GONE:
    case CONF_RECORD_KIND_COUNT:
        break;
    }
    return false;
}

static size_t scenario_event_text(struct fuzz_subject *subject, struct sim_world *world,
                                  size_t index, const char *oracle, char *out, size_t size)
{
    struct scenario_subject *self = self_of(subject);
    struct conf_record record;

    if (!conf_world_sim_record(sim_log_at(sim_world_log(world), index), &record) ||
        !is_shown(&record, oracle)) {
        out[0] = '\0';
        return 0;
    }
    return conf_record_format(&record, &self->scenario, self->port, out, size);
}

/* made_by returns the source that a record, the end of its creation or of a verb, says was made;
 * CONF_NONE if the record does not say so. */
static uint8_t made_by(const struct conf_record *record)
{
    if (record->kind == CONF_RECORD_CREATED) {
        return record->source;
    }
    if (record->kind != CONF_RECORD_END) {
        return CONF_NONE;
    }
    return record->code == CONF_VERB_OPEN || record->code == CONF_VERB_CONNECT ? record->source
           : record->code == CONF_VERB_ACCEPT                                  ? record->peer
                                                                               : CONF_NONE;
}

/* scenario_object_name finds what the thread that made the object ends next: a creation, or a verb
 * that makes something. */
static void scenario_object_name(struct fuzz_subject *subject, struct sim_world *world,
                                 size_t index, char *out, size_t size)
{
    struct scenario_subject *self = self_of(subject);
    const struct sim_log *log = sim_world_log(world);
    const struct sim_event *create = sim_log_at(log, index);
    struct conf_record record;

    out[0] = '\0';
    for (size_t i = index + 1; i < sim_log_count(log); i++) {
        const struct sim_event *event = sim_log_at(log, i);
        if (event->actor != create->actor) {
            continue;
        }
        if (event->kind == SIM_EVENT_CREATE) {
            return;
        }
        if (conf_world_sim_record(event, &record) &&
            (record.kind == CONF_RECORD_END || record.kind == CONF_RECORD_CREATED)) {
            uint8_t made = made_by(&record);
            snprintf(out, size, "%s", made == CONF_NONE ? "" : self->scenario.source[made].name);
            return;
        }
    }
}

static void scenario_transitions(struct fuzz_subject *subject, struct sim_world *world,
                                 struct fuzz_transitions *reached)
{
    const struct sim_log *log = sim_world_log(world);
    size_t count = sim_log_count(log);

    (void)subject;
    for (size_t i = 0; i < count; i++) {
        const struct sim_event *event = sim_log_at(log, i);
        struct conf_record record;
        if (event->kind != SIM_EVENT_HARNESS + CONF_RECORD_STATE ||
            !conf_world_sim_record(event, &record)) {
            continue;
        }
        uint32_t from = (uint32_t)(record.b >> 32);
        uint32_t to = (uint32_t)record.b;
        if (record.code < FUZZ_MACHINES_MAX && from < FUZZ_STATES_MAX && to < FUZZ_STATES_MAX) {
            reached->to[record.code][from] |= (uint16_t)(1u << to);
        }
    }
}

static uint32_t scenario_reduction_count(struct fuzz_subject *subject)
{
    return conf_edit_count(&self_of(subject)->scenario);
}

static struct fuzz_subject *scenario_reduce(struct fuzz_subject *subject, uint32_t k)
{
    struct scenario_subject *self = self_of(subject);
    struct conf_scenario *smaller = malloc(sizeof *smaller);
    struct fuzz_subject *reduced = NULL;

    if (smaller != NULL && conf_edit_apply(&self->scenario, k, smaller)) {
        reduced = fuzz_scenario_subject_create(smaller, self->port);
    }
    free(smaller);
    return reduced;
}

static uint64_t scenario_key(struct fuzz_subject *subject)
{
    return conf_scenario_key(&self_of(subject)->scenario);
}

static void scenario_destroy(struct fuzz_subject *subject)
{
    struct scenario_subject *self = self_of(subject);

    conf_runner_destroy(self->runner);
    free(self);
}

struct fuzz_subject *fuzz_scenario_subject_create(const struct conf_scenario *scenario,
                                                  const struct conf_port *port)
{
    static const struct fuzz_subject_ops ops = {
        .run = scenario_run,
        .names = scenario_names,
        .clause = scenario_clause,
        .clause_text = scenario_clause_text,
        .print = scenario_print,
        .history = scenario_history,
        .event_text = scenario_event_text,
        .object_name = scenario_object_name,
        .transitions = scenario_transitions,
        .reduction_count = scenario_reduction_count,
        .reduce = scenario_reduce,
        .key = scenario_key,
        .destroy = scenario_destroy,
    };
    struct scenario_subject *self = calloc(1, sizeof *self);
    struct conf_runner *runner = conf_runner_create();

    if (self == NULL || runner == NULL) {
        free(self);
        conf_runner_destroy(runner);
        return NULL;
    }
    self->subject.ops = &ops;
    self->port = port;
    self->runner = runner;
    self->scenario = *scenario;
    self->name_count = conf_world_sim_names(&self->scenario, self->name);
    return &self->subject;
}

const struct conf_scenario *fuzz_scenario_subject_of(const struct fuzz_subject *subject)
{
    return &((const struct scenario_subject *)subject)->scenario;
}

const char *const *fuzz_scenario_oracles(void)
{
    return conf_oracle_ids;
}
