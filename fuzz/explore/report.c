/* report: outcomes, deaths and signatures. */
#include "fuzz/explore/report.h"

#include <stdio.h>
#include <string.h>

/* What sanitizers say, and the oracle that says the same where there is no sanitizer. */
static const struct {
    const char *text;
    const char *oracle;
} sanitizer_words[] = {
    {"AddressSanitizer: heap-use-after-free", "use-after-free"},
    {"AddressSanitizer: attempting double-free", "use-after-free"},
    {"AddressSanitizer: use-after-poison", "buffer-touched"},
    {"AddressSanitizer: heap-buffer-overflow", SIM_ORACLE_MISUSE},
    {"AddressSanitizer: SEGV", FUZZ_ORACLE_CRASH},
    {"ThreadSanitizer: data race", "data-race"},
    {"Sanitizer: ", FUZZ_ORACLE_SANITIZER},
    {"runtime error: ", FUZZ_ORACLE_SANITIZER},
};

void fuzz_report_outcome(struct fuzz_report *report, const struct sim_outcome *outcome)
{
    report->oracle[0] = '\0';
    report->message[0] = '\0';
    if (outcome->oracle != NULL) {
        snprintf(report->oracle, sizeof report->oracle, "%s", outcome->oracle);
        snprintf(report->message, sizeof report->message, "%s", outcome->message);
    }
    report->hash = outcome->hash;
    report->steps = outcome->steps;
    report->picks = outcome->picks;
    report->cost = outcome->cost;
    report->faults = outcome->faults;
    report->diverged = 0;
    report->first_divergence = 0;
    report->died = false;
}

void fuzz_report_death(struct fuzz_report *report, const struct fuzz_death *death)
{
    const char *oracle = strcmp(death->signal, "exit") == 0 ? FUZZ_ORACLE_EXIT : FUZZ_ORACLE_CRASH;

    for (size_t i = 0; i < sizeof sanitizer_words / sizeof sanitizer_words[0]; i++) {
        if (strstr(death->text, sanitizer_words[i].text) != NULL) {
            oracle = sanitizer_words[i].oracle;
            break;
        }
    }
    memset(report, 0, sizeof *report);
    snprintf(report->oracle, sizeof report->oracle, "%s", oracle);
    snprintf(report->message, sizeof report->message, "the process died of %s (%d)%s%s",
             death->signal, death->code, death->text[0] == '\0' ? "" : "\n", death->text);
    report->died = true;
}

void fuzz_signature_of(const struct fuzz_report *report, struct fuzz_signature *signature)
{
    snprintf(signature->oracle, sizeof signature->oracle, "%s", report->oracle);
    signature->detail[0] = '\0';
    if (strcmp(report->oracle, SIM_ORACLE_ASSERTION) == 0) {
        snprintf(signature->detail, sizeof signature->detail, "%.*s",
                 (int)strcspn(report->message, "\n"), report->message);
    }
}

bool fuzz_signature_matches(const struct fuzz_signature *signature,
                            const struct fuzz_report *report)
{
    struct fuzz_signature other;

    fuzz_signature_of(report, &other);
    return strcmp(signature->oracle, other.oracle) == 0 &&
           (signature->detail[0] == '\0' || strcmp(signature->detail, other.detail) == 0);
}
