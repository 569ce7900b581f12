/* event_text: tables of names, and a sentence for each kind of entry. */
#include "fuzz/explore/event_text.h"

#include "fakes/op.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OBJECT_SIZE        40 /* what an object is called */
#define STATUS_ERROR_LEAST 0xC0000000u
#define IO_PENDING         997u

static const char *error_name(uint64_t code)
{
    static const struct {
        uint16_t code;
        const char *name;
    } table[] = {
        {2, "FILE_NOT_FOUND"},      {5, "ACCESS_DENIED"},
        {6, "INVALID_HANDLE"},      {87, "INVALID_PARAMETER"},
        {109, "BROKEN_PIPE"},       {121, "SEM_TIMEOUT"},
        {230, "BAD_PIPE"},          {231, "PIPE_BUSY"},
        {232, "NO_DATA"},           {233, "PIPE_NOT_CONNECTED"},
        {234, "MORE_DATA"},         {258, "WAIT_TIMEOUT"},
        {535, "PIPE_CONNECTED"},    {536, "PIPE_LISTENING"},
        {735, "ABANDONED_WAIT_0"},  {995, "OPERATION_ABORTED"},
        {996, "IO_INCOMPLETE"},     {997, "IO_PENDING"},
        {1168, "NOT_FOUND"},        {1450, "NO_SYSTEM_RESOURCES"},
        {10022, "WSAEINVAL"},       {10035, "WSAEWOULDBLOCK"},
        {10036, "WSAEINPROGRESS"},  {10037, "WSAEALREADY"},
        {10038, "WSAENOTSOCK"},     {10040, "WSAEMSGSIZE"},
        {10048, "WSAEADDRINUSE"},   {10053, "WSAECONNABORTED"},
        {10054, "WSAECONNRESET"},   {10055, "WSAENOBUFS"},
        {10056, "WSAEISCONN"},      {10057, "WSAENOTCONN"},
        {10058, "WSAESHUTDOWN"},    {10060, "WSAETIMEDOUT"},
        {10061, "WSAECONNREFUSED"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].code == code) {
            return table[i].name;
        }
    }
    return NULL;
}

static const char *status_name(uint64_t status)
{
    static const struct {
        uint32_t status;
        const char *name;
    } table[] = {
        {0x00000000, "SUCCESS"},
        {0x00000102, "TIMEOUT"},
        {0x00000103, "PENDING"},
        {0x80000005, "BUFFER_OVERFLOW"},
        {0xC000014B, "PIPE_BROKEN"},
        {0xC00000B0, "PIPE_DISCONNECTED"},
        {0xC00000B1, "PIPE_CLOSING"},
        {0xC00000B2, "PIPE_CONNECTED"},
        {0xC0000120, "CANCELLED"},
        {0xC0000011, "END_OF_FILE"},
        {0xC00000D9, "PIPE_EMPTY"},
        {0xC00000B3, "PIPE_LISTENING"},
        {0xC00000AD, "INVALID_PIPE_STATE"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].status == (uint32_t)status) {
            return table[i].name;
        }
    }
    return NULL;
}

static const char *format_status(uint64_t status, char *out, size_t size)
{
    const char *name = status_name(status);

    if (name != NULL) {
        return name;
    }
    snprintf(out, size, "0x%08" PRIX32, (uint32_t)status);
    return out;
}

/* ---- objects ---- */

void fuzz_event_name(struct fuzz_event_texts *texts, uint32_t object, const char *name)
{
    uint32_t same = 1;
    char *kept;

    if (texts->name_count == FUZZ_EVENT_NAMES_MAX || name[0] == '\0') {
        return;
    }
    for (uint32_t i = 0; i < texts->name_count; i++) {
        size_t length = strlen(name);
        same += strncmp(texts->name[i], name, length) == 0 &&
                (texts->name[i][length] == '\0' || texts->name[i][length] == '\'');
    }
    kept = texts->name[texts->name_count];
    texts->named[texts->name_count++] = object;
    if (same == 1) {
        snprintf(kept, FUZZ_EVENT_NAME_SIZE, "%s", name);
    } else {
        snprintf(kept, FUZZ_EVENT_NAME_SIZE, "%.16s'%u", name, (unsigned)same);
    }
}

/* object_text writes what a kernel object is called. */
static void object_text(const struct fuzz_event_texts *texts, uint32_t object, char *out,
                        size_t size)
{
    static const char *const types[] = {"", "port", "file", "thread", "event", "sem", "mutex"};
    uint8_t type = object < FUZZ_EVENT_OBJECTS_MAX ? texts->object_type[object] : 0;

    for (uint32_t i = 0; i < texts->name_count; i++) {
        if (texts->named[i] == object) {
            snprintf(out, size, "%s", texts->name[i]);
            return;
        }
    }
    snprintf(out, size, "%s#%" PRIu32, types[type < sizeof types / sizeof types[0] ? type : 0],
             object);
}

/* step_object_text writes what the object of a step is called; locks, condition variables and
 * requests are numbered on their own. */
static void step_object_text(const struct fuzz_event_texts *texts, const struct sim_event *event,
                             char *out, size_t size)
{
    if (event->op >= SIM_OP_SRW_ACQUIRE && event->op <= SIM_OP_CS_LEAVE) {
        snprintf(out, size, "lock#%" PRIu32, event->object);
    } else if (event->op >= SIM_OP_CV_SLEEP && event->op <= SIM_OP_CV_WAKE_ALL) {
        snprintf(out, size, "variable#%" PRIu32, event->object);
    } else if (event->op == SIM_OP_SUBMITTED) {
        snprintf(out, size, "r%" PRIu32, event->object);
    } else {
        object_text(texts, event->object, out, size);
    }
}

/* ---- entries ---- */

static void step_text(const struct fuzz_event_texts *texts, const struct sim_event *event,
                      char *out, size_t size)
{
    const char *name = sim_op_info((enum sim_op)event->op)->name;
    char object[OBJECT_SIZE];

    if (event->object == 0) {
        snprintf(out, size, "  %s", name);
    } else if (SIM_ACTOR_ID_KIND(event->actor) != SIM_ACTOR_THREAD) {
        snprintf(out, size, "%s r%" PRIu32, name, event->object);
    } else {
        step_object_text(texts, event, object, sizeof object);
        snprintf(out, size, "  %s %s", name, object);
    }
}

/* is_native tells whether a call returns a status instead of setting the last error. */
static bool is_native(const struct sim_event *event)
{
    return event->op == SIM_OP_NT_DEVICE_CONTROL || event->op == SIM_OP_NT_CREATE_FILE ||
           event->op == SIM_OP_NT_CANCEL;
}

static void return_text(const struct sim_event *event, char *out, size_t size)
{
    bool failed = event->a == 0 || (uint32_t)event->a == UINT32_MAX; /* or SOCKET_ERROR */
    const char *name = error_name(event->b);
    char status[16];

    if (is_native(event)) {
        snprintf(out, size, " = %s", format_status(event->a, status, sizeof status));
    } else if (event->a == 1) {
        snprintf(out, size, " = TRUE");
    } else if (!failed || event->b == 0) {
        snprintf(out, size, " = %" PRIu64, event->a);
    } else if (name != NULL) {
        snprintf(out, size, " = %s", name);
    } else {
        snprintf(out, size, " = error %" PRIu64, event->b);
    }
}

static void complete_text(const struct sim_event *event, char *out, size_t size)
{
    char status[16];

    snprintf(out, size, "r%" PRIu32 " completes: %s %" PRIu64, event->object,
             format_status(event->a, status, sizeof status), event->b);
}

static void submit_text(const struct fuzz_event_texts *texts, const struct sim_event *event,
                        char *out, size_t size)
{
    char file[OBJECT_SIZE];

    object_text(texts, (uint32_t)event->a, file, sizeof file);
    snprintf(out, size, "r%" PRIu32 " = %s %s", event->object,
             sim_op_info((enum sim_op)event->op)->name, event->a == 0 ? "" : file);
}

static void port_text(const struct fuzz_event_texts *texts, const struct sim_event *event,
                      char *out, size_t size)
{
    const char *word = event->kind == SIM_EVENT_PACKET ? "enters" : "leaves";
    char port[OBJECT_SIZE];

    object_text(texts, event->object, port, sizeof port);
    if (event->a == 0) {
        snprintf(out, size, "posted packet %s %s", word, port);
    } else {
        snprintf(out, size, "r%" PRIu64 " %s %s", event->a, word, port);
    }
}

bool fuzz_event_is_refusal(const struct sim_event *event)
{
    uint32_t result = (uint32_t)event->a;

    if (event->kind != SIM_EVENT_RETURN) {
        return false;
    }
    if (event->op == SIM_OP_NT_DEVICE_CONTROL) {
        return result >= STATUS_ERROR_LEAST;
    }
    return (result == 0 || result == UINT32_MAX) && event->b != 0 && event->b != IO_PENDING;
}

bool fuzz_event_is_quiet(const struct sim_event *event)
{
    switch ((enum sim_op)event->op) {
    case SIM_OP_SRW_ACQUIRE:
    case SIM_OP_SRW_TRY_ACQUIRE:
    case SIM_OP_SRW_RELEASE:
    case SIM_OP_SRW_ACQUIRE_SHARED:
    case SIM_OP_SRW_TRY_ACQUIRE_SHARED:
    case SIM_OP_SRW_RELEASE_SHARED:
    case SIM_OP_CS_ENTER:
    case SIM_OP_CS_TRY_ENTER:
    case SIM_OP_CS_LEAVE:
    case SIM_OP_INTERLOCKED:
    case SIM_OP_INTERLOCKED_READ:
    case SIM_OP_THREAD_START:
    case SIM_OP_THREAD_EXIT:
    case SIM_OP_SUBMITTED:
        return event->kind == SIM_EVENT_STEP;
    default:
        return false;
    }
}

enum fuzz_event_place fuzz_event_text(struct fuzz_event_texts *texts, const struct sim_event *event,
                                      char *out, size_t size)
{
    const char *op = sim_op_info((enum sim_op)event->op)->name;

    switch ((enum sim_event_kind)event->kind) {
    case SIM_EVENT_STEP:
        step_text(texts, event, out, size);
        return FUZZ_PLACE_ACTOR;
    case SIM_EVENT_RETURN:
        return_text(event, out, size);
        return FUZZ_PLACE_CONTINUED;
    case SIM_EVENT_BLOCK:
        snprintf(out, size, " waits ...");
        return FUZZ_PLACE_CONTINUED;
    case SIM_EVENT_SUBMIT:
        submit_text(texts, event, out, size);
        return FUZZ_PLACE_KERNEL;
    case SIM_EVENT_COMPLETE:
        complete_text(event, out, size);
        return FUZZ_PLACE_KERNEL;
    case SIM_EVENT_RESULT:
        snprintf(out, size, "r%" PRIu32 " result written", event->object);
        return FUZZ_PLACE_KERNEL;
    case SIM_EVENT_CLOCK:
        snprintf(out, size, "time is %.3f ms", (double)event->a / 1e4);
        return FUZZ_PLACE_KERNEL;
    case SIM_EVENT_FAULT:
        snprintf(out, size, "fault: %s fails", op);
        return FUZZ_PLACE_KERNEL;
    case SIM_EVENT_PACKET:
    case SIM_EVENT_DEQUEUE:
        port_text(texts, event, out, size);
        return FUZZ_PLACE_PORT;
    case SIM_EVENT_NOTE:
        snprintf(out, size, "note %" PRIu64 " %" PRIu64, event->a, event->b);
        return FUZZ_PLACE_ACTOR;
    case SIM_EVENT_CREATE:
        if (event->object < FUZZ_EVENT_OBJECTS_MAX) {
            texts->object_type[event->object] = (uint8_t)event->a;
        }
        break;
    case SIM_EVENT_WAKE: /* the thread that was woken goes on in a row of its own */
    case SIM_EVENT_THREAD_START:
    case SIM_EVENT_THREAD_EXIT:
    case SIM_EVENT_HARNESS:
        break;
    }
    out[0] = '\0';
    return FUZZ_PLACE_NONE;
}
