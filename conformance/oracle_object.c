#include "conformance/oracle_object.h"

#include "conformance/judge.h"

#include <inttypes.h>

void conf_see_reference_leak(struct conf_judge *judge, const struct conf_record *record)
{
    if (record->kind == CONF_RECORD_LEFT && record->b > 0) {
        conf_judge_find(judge, "%" PRIu64 " references are left after the last drop", record->b);
    } else if (record->kind == CONF_RECORD_SETTLED && record->a > record->b) {
        conf_judge_find(judge, "%" PRIu64 " references are held for %" PRIu64 " requests in flight",
                        record->a, record->b);
    }
}

void conf_see_reference_underflow(struct conf_judge *judge, const struct conf_record *record)
{
    uint32_t references = (uint32_t)(record->b >> 32);
    uint32_t in_flight = (uint32_t)record->b;

    if (record->kind == CONF_RECORD_DISPATCH && references < in_flight + 1) {
        conf_judge_find(judge,
                        "request %" PRIu64 " of object %" PRIu64 " is dispatched with %u "
                        "references; it needs 1, and 1 for each of %u in flight",
                        record->c, record->a, (unsigned)references, (unsigned)in_flight);
    } else if (record->kind == CONF_RECORD_RELEASE && record->b == 0) {
        conf_judge_find(judge,
                        "request %" PRIu64 " of object %" PRIu64 " gives back a reference it "
                        "does not hold",
                        record->c, record->a);
    } else if (record->kind == CONF_RECORD_OBJECT_GONE && record->b > 0) {
        conf_judge_find(
            judge, "object %" PRIu64 " is destroyed while requests hold %" PRIu64 " references",
            record->a, record->b);
    } else if (record->kind == CONF_RECORD_SETTLED && record->a < record->b) {
        conf_judge_find(judge, "%" PRIu64 " references are held for %" PRIu64 " requests in flight",
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
