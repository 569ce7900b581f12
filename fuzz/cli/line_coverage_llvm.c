/* line_coverage by clang's source-based coverage: the counters of this process go to a file, and
 * the tools that belong to the compiler read it. */
#include "fuzz/cli/line_coverage.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH_SIZE 4096

/* Of the profiling runtime; see "Source-based Code Coverage" in clang's documentation. */
void __llvm_profile_set_filename(const char *name);
int __llvm_profile_write_file(void);

extern char **environ;

struct profile {
    char directory[64];
    char raw[80], merged[80];
    char program[PATH_SIZE];
};

bool cli_line_coverage_counted(void)
{
    return true;
}

/* run executes a tool and waits for it; its output is ours. */
static bool run(const struct cli_verb *verb, const char *const *argument)
{
    pid_t child;
    int status = 0;
    int error;

    fflush(stdout);
    error = posix_spawn(&child, argument[0], NULL, NULL, (char *const *)argument, environ);
    if (error != 0) {
        cli_complain(verb, "%s: %s, expected a tool of clang (scripts/setup coverage)", argument[0],
                     strerror(error));
        return false;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        cli_complain(verb, "%s has failed", argument[0]);
        return false;
    }
    return true;
}

/* dump writes the counters, and merges them into what llvm-cov reads. */
static bool dump(const struct cli_verb *verb, struct profile *profile)
{
    const char *merge[] = {IOCPLAB_PROFDATA, "merge", "-sparse", profile->raw, "-o",
                           profile->merged,  NULL};
    ssize_t length = readlink("/proc/self/exe", profile->program, sizeof profile->program - 1);

    snprintf(profile->raw, sizeof profile->raw, "%s/raw", profile->directory);
    snprintf(profile->merged, sizeof profile->merged, "%s/merged", profile->directory);
    __llvm_profile_set_filename(profile->raw);
    if (length <= 0 || __llvm_profile_write_file() != 0) {
        cli_complain(verb, "%s: the counters cannot be written", profile->raw);
        return false;
    }
    profile->program[length] = '\0';
    return run(verb, merge);
}

static bool show_table(const struct cli_verb *verb, const struct profile *profile)
{
    const char *report[] = {IOCPLAB_COV,
                            "report",
                            profile->program,
                            "-instr-profile",
                            profile->merged,
                            "-show-region-summary=false",
                            NULL};
    return run(verb, report);
}

/* write_pages writes them beside their place; a directory that is not empty is never replaced. */
static bool write_pages(const struct cli_verb *verb, const struct profile *profile,
                        const char *html)
{
    char beside[PATH_SIZE];
    int length = snprintf(beside, sizeof beside, "%s.%ld", html, (long)getpid());
    const char *show[] = {
        IOCPLAB_COV,    "show",        profile->program, "-instr-profile",       profile->merged,
        "-format=html", "-output-dir", beside,           "-show-branches=count", NULL};
    const char *discard[] = {"/bin/rm", "-rf", "--", beside, NULL};
    bool good = length > 0 && (size_t)length < sizeof beside && run(verb, show);

    if (good && rename(beside, html) != 0) {
        cli_complain(verb, "%s: %s, expected a directory that is new or empty", html,
                     strerror(errno));
        good = false;
    }
    return good || (run(verb, discard), false);
}

bool cli_line_coverage_report(const struct cli_verb *verb, const char *html)
{
    struct profile profile = {.directory = "/tmp/iocplab-coverage-XXXXXX"};
    bool good;

    if (mkdtemp(profile.directory) == NULL) {
        cli_complain(verb, "%s: %s", profile.directory, strerror(errno));
        return false;
    }
    good = dump(verb, &profile) && show_table(verb, &profile) &&
           (html == NULL || write_pages(verb, &profile, html));
    __llvm_profile_set_filename("/dev/null"); /* it writes once more at the exit */
    remove(profile.raw);
    remove(profile.merged);
    rmdir(profile.directory);
    return good;
}
