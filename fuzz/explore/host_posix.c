/* host for Linux: fork, an anonymous shared mapping, a socket pair. */
#define _GNU_SOURCE
#include "fuzz/explore/host.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct fuzz_process {
    pid_t pid;      /* the child; 0 in the child itself and once it has been reaped */
    int channel;    /* one byte a message */
    int error_file; /* what the child writes to standard error */
    int status;     /* of waitpid, once reaped */
};

#define FATAL_STACK_SIZE 65536
#define COLUMNS_DEFAULT  80

static const int fatal_signals[] = {SIGSEGV, SIGBUS,  SIGILL, SIGFPE,
                                    SIGABRT, SIGTRAP, SIGSYS, SIGTERM};

static volatile sig_atomic_t interrupted;

static struct {
    void (*callback)(void *argument);
    void *argument;
    unsigned char stack[FATAL_STACK_SIZE];
} fatal;

/* Only there when a sanitizer's runtime is linked. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

/* ThreadSanitizer asks its program how to behave: the first race ends an execution, like any other
 * finding. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    /* A dying process draws itself from the handler of its signal, which allocates. */
    return "halt_on_error=1:report_signal_unsafe=0";
}

void *fuzz_shared_create(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void fuzz_shared_destroy(void *memory, size_t size)
{
    if (memory != NULL) {
        munmap(memory, size);
    }
}

/* prepare_child gives a fresh child the default reaction to every fatal signal (a test framework or
 * a debugger aid of the parent may have installed its own), no core files, and a parent that takes
 * it along when it dies. */
static void prepare_child(int error_file)
{
    struct rlimit no_core = {0, 0};
    sigset_t none;

    for (size_t i = 0; i < sizeof fatal_signals / sizeof fatal_signals[0]; i++) {
        signal(fatal_signals[i], SIG_DFL);
    }
    signal(SIGINT, SIG_IGN); /* the parent decides what Ctrl-C means */
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setrlimit(RLIMIT_CORE, &no_core);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(error_file, STDERR_FILENO);
}

struct fuzz_process *fuzz_process_start(void (*body)(struct fuzz_process *self, void *argument),
                                        void *argument)
{
    struct fuzz_process *process = calloc(1, sizeof *process);
    int pair[2];

    if (process == NULL) {
        return NULL;
    }
    process->error_file = memfd_create("stderr", MFD_CLOEXEC);
    if (process->error_file < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        goto fail;
    }
    fflush(NULL); /* or the child would write buffered output again */
    process->pid = fork();
    if (process->pid == 0) {
        close(pair[0]);
        process->channel = pair[1];
        prepare_child(process->error_file);
        body(process, argument);
        _exit(0);
    }
    close(pair[1]);
    if (process->pid < 0) {
        close(pair[0]);
        goto fail;
    }
    process->channel = pair[0];
    return process;

fail:
    if (process->error_file >= 0) {
        close(process->error_file);
    }
    free(process);
    return NULL;
}

void fuzz_process_send(struct fuzz_process *process)
{
    char byte = 1;

    /* An error means that the other side is gone; the next wait or receive tells. */
    while (send(process->channel, &byte, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
}

bool fuzz_process_receive(struct fuzz_process *self)
{
    char byte;
    ssize_t got;

    do {
        got = recv(self->channel, &byte, 1, 0);
    } while (got < 0 && errno == EINTR);
    return got == 1;
}

enum fuzz_wait fuzz_process_wait(struct fuzz_process *process, uint32_t timeout_ms)
{
    struct pollfd item = {.fd = process->channel, .events = POLLIN};
    char byte;

    if (process->pid == 0) {
        return FUZZ_WAIT_DIED;
    }
    if (poll(&item, 1, (int)timeout_ms) <= 0) {
        return FUZZ_WAIT_TIMEOUT; /* or a signal: the caller looks at its clock and comes back */
    }
    if (recv(process->channel, &byte, 1, 0) == 1) {
        return FUZZ_WAIT_MESSAGE;
    }
    while (waitpid(process->pid, &process->status, 0) < 0 && errno == EINTR) {
    }
    process->pid = 0;
    return FUZZ_WAIT_DIED;
}

static const char *signal_name(int number)
{
    switch (number) {
    case SIGSEGV:
        return "SIGSEGV";
    case SIGBUS:
        return "SIGBUS";
    case SIGILL:
        return "SIGILL";
    case SIGFPE:
        return "SIGFPE";
    case SIGABRT:
        return "SIGABRT";
    case SIGTRAP:
        return "SIGTRAP";
    case SIGKILL:
        return "SIGKILL";
    case SIGTERM:
        return "SIGTERM";
    default:
        return "a signal";
    }
}

void fuzz_process_death(struct fuzz_process *process, struct fuzz_death *death)
{
    ssize_t got = pread(process->error_file, death->text, sizeof death->text - 1, 0);

    death->text[got > 0 ? got : 0] = '\0';
    if (WIFSIGNALED(process->status)) {
        death->signal = signal_name(WTERMSIG(process->status));
        death->code = WTERMSIG(process->status);
    } else {
        death->signal = "exit";
        death->code = WEXITSTATUS(process->status);
    }
}

void fuzz_process_kill(struct fuzz_process *process)
{
    if (process == NULL) {
        return;
    }
    if (process->pid != 0) {
        kill(process->pid, SIGKILL);
        while (waitpid(process->pid, &process->status, 0) < 0 && errno == EINTR) {
        }
    }
    close(process->channel);
    close(process->error_file);
    free(process);
}

static void run_fatal_callback(void)
{
    void (*callback)(void *argument) = fatal.callback;

    fatal.callback = NULL; /* once, also when the callback itself dies */
    if (callback != NULL) {
        callback(fatal.argument);
    }
}

static void on_fatal_signal(int number)
{
    signal(number, SIG_DFL);
    run_fatal_callback();
    raise(number);
}

void fuzz_fatal_catch(void (*callback)(void *argument), void *argument)
{
    stack_t stack = {.ss_sp = fatal.stack, .ss_size = sizeof fatal.stack};
    struct sigaction action = {.sa_handler = on_fatal_signal, .sa_flags = SA_ONSTACK | SA_NODEFER};

    fatal.callback = callback;
    fatal.argument = argument;
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof fatal_signals / sizeof fatal_signals[0]; i++) {
        sigaction(fatal_signals[i], &action, NULL);
    }
    if (__sanitizer_set_death_callback != NULL) {
        __sanitizer_set_death_callback(run_fatal_callback);
    }
}

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now = {0, 0};

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

uint64_t fuzz_now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t fuzz_cpu_ns(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t fuzz_process_cpu_ns(const struct fuzz_process *process)
{
    clockid_t clock;

    if (process->pid <= 0 || clock_getcpuclockid(process->pid, &clock) != 0) {
        return 0;
    }
    return read_clock(clock);
}

/* statm would be cheaper to read, but the kernel updates its figures in batches. */
size_t fuzz_resident_bytes(void)
{
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    char line[256];
    unsigned long kib = 0;

    if (file == NULL) {
        return 0;
    }
    while (fgets(line, sizeof line, file) != NULL && sscanf(line, "Rss: %lu", &kib) != 1) {
    }
    fclose(file);
    return (size_t)kib * 1024;
}

static void note_interrupt(int number)
{
    interrupted = 1;
    signal(number, SIG_DFL); /* a second Ctrl-C ends the program at once */
}

void fuzz_interrupt_catch(void)
{
    signal(SIGINT, note_interrupt);
}

bool fuzz_interrupted(void)
{
    return interrupted != 0;
}

void fuzz_debugger_stop(void)
{
    signal(SIGTRAP, SIG_IGN); /* a debugger sees it nevertheless */
    raise(SIGTRAP);
}

uint32_t fuzz_terminal_columns(FILE *file)
{
    struct winsize size;

    if (!isatty(fileno(file))) {
        return 0;
    }
    if (ioctl(fileno(file), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return COLUMNS_DEFAULT;
    }
    return size.ws_col;
}
