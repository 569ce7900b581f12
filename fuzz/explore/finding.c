/* finding: life and name of a finding. */
#include "fuzz/explore/finding.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool fuzz_finding_init(struct fuzz_finding *finding, struct fuzz_subject *subject,
                       const struct fuzz_worker *worker, const struct fuzz_report *report)
{
    memset(finding, 0, sizeof *finding);
    finding->subject = subject;
    finding->execution = fuzz_worker_statistics(worker)->executions;
    if (!fuzz_finding_take(finding, worker, report)) {
        return false;
    }
    finding->count_found = finding->count;
    fuzz_finding_name(finding);
    return true;
}

void fuzz_finding_deinit(struct fuzz_finding *finding)
{
    free(finding->item);
    finding->item = NULL;
    if (finding->owns_subject) {
        finding->subject->ops->destroy(finding->subject);
    }
    finding->subject = NULL;
    finding->owns_subject = false;
}

bool fuzz_finding_take(struct fuzz_finding *finding, const struct fuzz_worker *worker,
                       const struct fuzz_report *report)
{
    uint32_t count = fuzz_worker_deviations(worker, NULL, 0);
    struct sim_decision *item = malloc((count + 1) * sizeof *item);

    if (item == NULL) {
        return false;
    }
    fuzz_worker_deviations(worker, item, count);
    free(finding->item);
    finding->item = item;
    finding->count = count;
    finding->report = *report;
    return true;
}

void fuzz_finding_name(struct fuzz_finding *finding)
{
    struct fuzz_subject *subject = finding->subject;
    const char *clause = subject->ops->clause(subject, finding->report.oracle);

    snprintf(finding->key, sizeof finding->key, "%s/%s/%016" PRIx64, finding->report.oracle,
             clause[0] == '\0' ? "-" : clause, subject->ops->key(subject));
}

void fuzz_finding_print(const struct fuzz_finding *finding, FILE *out)
{
    finding->subject->ops->print(finding->subject, finding->item, finding->count, out);
}
