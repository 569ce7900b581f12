#include "conformance/oracle_object.h"

#include "conformance/judge.h"

#include <inttypes.h>
#include <stdio.h>

#define NAME_SIZE 96

/* whose writes which request of which source a record is about. */
static const char *whose(const struct conf_judge *judge, const struct conf_record *record,
                         char out[NAME_SIZE])
{
    const struct conf_port *port = judge->port;

    if (record->source == CONF_NONE) {
        snprintf(out, NAME_SIZE, "request %" PRIu64 " of object %" PRIu64, record->c, record->a);
    } else {
        snprintf(out, NAME_SIZE, "the %s of %s",
                 port == NULL || port->machine_name == NULL ? "a machine"
                                                            : port->machine_name(record->code),
                 conf_judge_name(judge, record->source));
    }
    return out;
}

void conf_see_reference_leak(struct conf_judge *judge, const struct conf_record *record)
{
    if (record->kind == CONF_RECORD_LEFT && record->b > 0) {
        conf_judge_find(judge, "references left after the last drop: %" PRIu64, record->b);
    } else if (record->kind == CONF_RECORD_SETTLED && record->a > record->b) {
        conf_judge_find(judge,
                        "nothing goes on, yet references are held: %" PRIu64
                        ", for requests in flight: %" PRIu64,
                        record->a, record->b);
    }
}

/* see_dispatch judges a packet that is about to be processed. */
static void see_dispatch(struct conf_judge *judge, const struct conf_record *record)
{
    uint32_t references = (uint32_t)(record->b >> 32);
    uint32_t in_flight = (uint32_t)record->b;
    char name[NAME_SIZE];

    if (references < in_flight + 1) {
        conf_judge_find(judge,
                        "a packet of %s comes, and no reference is held for it (held: %u, needed: "
                        "1 for the packet, %u for what is in flight)",
                        whose(judge, record, name), (unsigned)references, (unsigned)in_flight);
    }
}

void conf_see_reference_underflow(struct conf_judge *judge, const struct conf_record *record)
{
    char name[NAME_SIZE];

    if (record->kind == CONF_RECORD_DISPATCH) {
        see_dispatch(judge, record);
    } else if (record->kind == CONF_RECORD_RELEASE && record->b == 0) {
        conf_judge_find(judge, "%s gives back a reference that it does not hold",
                        whose(judge, record, name));
    } else if (record->kind == CONF_RECORD_OBJECT_GONE && record->b > 0) {
        conf_judge_find(judge,
                        "object %" PRIu64 " (of %s) is destroyed while its requests hold "
                        "references: %" PRIu64,
                        record->a, conf_judge_name(judge, record->source), record->b);
    } else if (record->kind == CONF_RECORD_SETTLED && record->a < record->b) {
        conf_judge_find(judge,
                        "references held: %" PRIu64 ", for more requests in flight: %" PRIu64,
                        record->a, record->b);
    }
}

void conf_see_illegal_transition(struct conf_judge *judge, const struct conf_record *record)
{
    char line[128];

    if (record->word == 0) {
        conf_record_format(record, judge->model.scenario, judge->port, line, sizeof(line));
        conf_judge_find(judge, "%s", line);
    }
}

void conf_see_memory_leak(struct conf_judge *judge, const struct conf_record *record)
{
    if (record->a > 0) {
        conf_judge_find(judge, "%" PRIu64 " objects of the port are left after the last drop",
                        record->a);
    }
}
