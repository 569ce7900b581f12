#include "conformance/scenario_words.h"

#include <assert.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const kind_name[] = {
    [CONF_POLL] = "poll",
    [CONF_WAKER] = "waker",
    [CONF_PIPE_SERVER] = "pipe-server",
    [CONF_PIPE_CLIENT] = "pipe-client",
    [CONF_RAW_PIPE_SERVER] = "raw-pipe-server",
    [CONF_RAW_PIPE_CLIENT] = "raw-pipe-client",
    [CONF_SIMPLEX] = "simplex",
    [CONF_DUPLEX] = "duplex",
    [CONF_READ_HALF] = "read-half",
    [CONF_WRITE_HALF] = "write-half",
    [CONF_TASK] = "task",
    [CONF_TCP_LISTENER] = "tcp-listener",
    [CONF_TCP_STREAM] = "tcp-stream",
    [CONF_TCP_ACCEPTED] = "tcp-accepted",
    [CONF_UDP] = "udp",
    [CONF_RAW_TCP_LISTENER] = "raw-tcp-listener",
    [CONF_RAW_TCP_STREAM] = "raw-tcp-stream",
    [CONF_RAW_TCP_ACCEPTED] = "raw-tcp-accepted",
    [CONF_RAW_UDP] = "raw-udp",
    [CONF_USER_SOURCE] = "user-source",
};
static_assert(COUNT_OF(kind_name) == CONF_SOURCE_KIND_COUNT, "a word for each kind");

static const char *const action_name[] = {
    [CONF_ACTION_NONE] = "nothing",
    [CONF_ACTION_POLL_READ] = "poll-read",
    [CONF_ACTION_POLL_WRITE] = "poll-write",
    [CONF_ACTION_DROP] = "drop",
    [CONF_ACTION_DROP_LAST] = "drop-with-waker",
};
static_assert(COUNT_OF(action_name) == CONF_ACTION_COUNT, "a word for each action");

static const char *const verb_name[] = {
    [CONF_VERB_REGISTER] = "register",
    [CONF_VERB_REREGISTER] = "reregister",
    [CONF_VERB_DEREGISTER] = "deregister",
    [CONF_VERB_DROP] = "drop",
    [CONF_VERB_POLL] = "poll",
    [CONF_VERB_WAKE] = "wake",
    [CONF_VERB_OPEN] = "open",
    [CONF_VERB_CONNECT] = "connect",
    [CONF_VERB_DISCONNECT] = "disconnect",
    [CONF_VERB_READ] = "read",
    [CONF_VERB_WRITE] = "write",
    [CONF_VERB_TAKE_ERROR] = "take-error",
    [CONF_VERB_JOIN] = "join",
    [CONF_VERB_POLL_READ] = "poll-read",
    [CONF_VERB_POLL_WRITE] = "poll-write",
    [CONF_VERB_POLL_WRITEV] = "poll-writev",
    [CONF_VERB_FLUSH] = "flush",
    [CONF_VERB_SHUTDOWN] = "shutdown",
    [CONF_VERB_SPLIT] = "split",
    [CONF_VERB_UNSPLIT] = "unsplit",
    [CONF_VERB_ACCEPT] = "accept",
    [CONF_VERB_PEEK] = "peek",
    [CONF_VERB_READV] = "readv",
    [CONF_VERB_WRITEV] = "writev",
    [CONF_VERB_RECV_FROM] = "recv-from",
    [CONF_VERB_SEND_TO] = "send-to",
    [CONF_VERB_OPTION] = "option",
    [CONF_VERB_ADDRESS] = "address",
    [CONF_VERB_URGENT] = "urgent",
    [CONF_VERB_READY] = "ready",
};
static_assert(COUNT_OF(verb_name) == CONF_VERB_COUNT, "a word for each verb");
static_assert(CONF_VERB_COUNT <= 32, "sets of verbs are bits of 32");

static const char *const word_name[] = {
    [CONF_WORD_DONE] = "done",     [CONF_WORD_WOULD_BLOCK] = "would-block",
    [CONF_WORD_CLOSED] = "closed", [CONF_WORD_FAILED] = "failed",
    [CONF_WORD_GONE] = "gone",     [CONF_WORD_IDLE] = "idle",
};
static_assert(COUNT_OF(word_name) == CONF_WORD_COUNT, "a word for each outcome");

#define REGISTRATION \
    (1u << CONF_VERB_REGISTER | 1u << CONF_VERB_REREGISTER | 1u << CONF_VERB_DEREGISTER)
#define TRANSFER (1u << CONF_VERB_READ | 1u << CONF_VERB_WRITE)
#define SERVER   (1u << CONF_VERB_CONNECT | 1u << CONF_VERB_DISCONNECT)
#define READING  (1u << CONF_VERB_POLL_READ)
#define WRITING                                                                         \
    (1u << CONF_VERB_POLL_WRITE | 1u << CONF_VERB_POLL_WRITEV | 1u << CONF_VERB_FLUSH | \
     1u << CONF_VERB_SHUTDOWN)
#define SPLITTING (1u << CONF_VERB_SPLIT | 1u << CONF_VERB_UNSPLIT)
#define SOCKET                                                            \
    (REGISTRATION | 1u << CONF_VERB_TAKE_ERROR | 1u << CONF_VERB_OPTION | \
     1u << CONF_VERB_ADDRESS | 1u << CONF_VERB_DROP)
#define TCP_IO                                                                          \
    (TRANSFER | 1u << CONF_VERB_READV | 1u << CONF_VERB_WRITEV | 1u << CONF_VERB_PEEK | \
     1u << CONF_VERB_SHUTDOWN)
#define UDP_IO                                                                               \
    (TRANSFER | 1u << CONF_VERB_CONNECT | 1u << CONF_VERB_PEEK | 1u << CONF_VERB_RECV_FROM | \
     1u << CONF_VERB_SEND_TO)
#define RAW_TCP_IO                                                                           \
    (TRANSFER | 1u << CONF_VERB_SHUTDOWN | 1u << CONF_VERB_OPTION | 1u << CONF_VERB_URGENT | \
     1u << CONF_VERB_DROP)

/* The verb table of SCENARIO.md: a bit for each verb that a kind takes. */
static const uint32_t kind_verbs[] = {
    [CONF_POLL] = 1u << CONF_VERB_POLL | 1u << CONF_VERB_DROP,
    [CONF_WAKER] = 1u << CONF_VERB_WAKE | 1u << CONF_VERB_DROP,
    [CONF_PIPE_SERVER] =
        REGISTRATION | TRANSFER | SERVER | 1u << CONF_VERB_TAKE_ERROR | 1u << CONF_VERB_DROP,
    [CONF_PIPE_CLIENT] = REGISTRATION | TRANSFER | 1u << CONF_VERB_OPEN |
                         1u << CONF_VERB_TAKE_ERROR | 1u << CONF_VERB_DROP,
    [CONF_RAW_PIPE_SERVER] = TRANSFER | SERVER | 1u << CONF_VERB_DROP,
    [CONF_RAW_PIPE_CLIENT] = TRANSFER | 1u << CONF_VERB_OPEN | 1u << CONF_VERB_DROP,
    [CONF_SIMPLEX] = READING | WRITING | SPLITTING | 1u << CONF_VERB_DROP,
    [CONF_DUPLEX] = REGISTRATION | TRANSFER | READING | WRITING | SPLITTING | 1u << CONF_VERB_DROP,
    [CONF_READ_HALF] = READING | 1u << CONF_VERB_DROP,
    [CONF_WRITE_HALF] = WRITING | 1u << CONF_VERB_DROP,
    [CONF_TASK] = 0,
    [CONF_TCP_LISTENER] = SOCKET | 1u << CONF_VERB_ACCEPT,
    [CONF_TCP_STREAM] = SOCKET | TCP_IO | 1u << CONF_VERB_CONNECT,
    [CONF_TCP_ACCEPTED] = SOCKET | TCP_IO,
    [CONF_UDP] = SOCKET | UDP_IO,
    [CONF_RAW_TCP_LISTENER] = 1u << CONF_VERB_ACCEPT | 1u << CONF_VERB_DROP,
    [CONF_RAW_TCP_STREAM] = RAW_TCP_IO | 1u << CONF_VERB_CONNECT,
    [CONF_RAW_TCP_ACCEPTED] = RAW_TCP_IO,
    [CONF_RAW_UDP] = UDP_IO | 1u << CONF_VERB_OPTION | 1u << CONF_VERB_DROP,
    [CONF_USER_SOURCE] = REGISTRATION | TRANSFER | 1u << CONF_VERB_READY | 1u << CONF_VERB_DROP,
};
static_assert(COUNT_OF(kind_verbs) == CONF_SOURCE_KIND_COUNT, "verbs for each kind");

const struct conf_setting conf_setting_table[] = {
    {"result-write",
     offsetof(struct conf_settings, result_write),
     3,
     {[CONF_RESULT_AT_DEQUEUE] = "dequeue",
      [CONF_RESULT_EARLY] = "early",
      [CONF_RESULT_ANY] = "any"}},
    {"handles", offsetof(struct conf_settings, fresh_handles), 2, {"reuse", "fresh"}},
    {"waiters", offsetof(struct conf_settings, waiters_any), 2, {"lifo", "any"}},
    {"cancel", offsetof(struct conf_settings, cancel_races), 2, {"sync", "races"}},
    {"short-pipe-writes", offsetof(struct conf_settings, short_writes), 2, {"no", "yes"}},
    {"pending-though-done", offsetof(struct conf_settings, pending_done), 2, {"no", "yes"}},
    {"clock", offsetof(struct conf_settings, coarse_clock), 2, {"exact", "coarse"}},
    {"faults", offsetof(struct conf_settings, faults), 0, {NULL}},
    {"network", offsetof(struct conf_settings, prompt_network), 2, {"delayed", "prompt"}},
    {"late-polls", offsetof(struct conf_settings, late_polls), 2, {"no", "yes"}},
    {"spurious-polls", offsetof(struct conf_settings, spurious_polls), 2, {"no", "yes"}},
    {"crossed-polls", offsetof(struct conf_settings, crossed_polls), 2, {"no", "yes"}},
    {"layers", offsetof(struct conf_settings, layers), 3, {"none", "base", "bsp"}},
    {"socket-buffer", offsetof(struct conf_settings, socket_buffer), 0, {NULL}},
    {"late-packets", offsetof(struct conf_settings, late_packets), 2, {"no", "yes"}},
    {"sockets", offsetof(struct conf_settings, wine_sockets), 2, {"windows", "wine"}},
};
static_assert(COUNT_OF(conf_setting_table) == CONF_SETTING_COUNT, "the count is right");
static_assert(sizeof(struct conf_settings) == CONF_SETTING_COUNT, "a row for each setting");

bool conf_text_equals(const char *text, size_t length, const char *string)
{
    return strlen(string) == length && memcmp(text, string, length) == 0;
}

static unsigned find(const char *const *names, unsigned count, const char *text, size_t length)
{
    unsigned i = 0;

    while (i < count && !conf_text_equals(text, length, names[i])) {
        i++;
    }
    return i;
}

const char *conf_source_kind_name(enum conf_source_kind kind)
{
    return kind_name[kind];
}

const char *conf_action_name(enum conf_action action)
{
    return action_name[action];
}

const char *conf_shutdown_name(enum conf_shutdown how)
{
    static const char *const name[] = {"read", "write", "both"};

    return name[how];
}

const char *conf_cast_name(enum conf_cast cast)
{
    static const char *const name[] = {"one", "group", "broadcast"};

    return name[cast];
}

const char *conf_address_of_name(enum conf_address_of of)
{
    return of == CONF_ADDRESS_LOCAL ? "local" : "peer";
}

const char *conf_family_name(enum conf_family family)
{
    return family == CONF_FAMILY_V4 ? "v4" : "v6";
}

static const struct {
    const char *name;
    uint32_t max;
} option_table[] = {
    [CONF_OPTION_NODELAY] = {"nodelay", 1}, [CONF_OPTION_LINGER] = {"linger", 60},
    [CONF_OPTION_TTL] = {"ttl", 255},       [CONF_OPTION_BROADCAST] = {"broadcast", 1},
    [CONF_OPTION_LOOP] = {"loop", 1},       [CONF_OPTION_GROUP] = {"group", 1},
};
static_assert(COUNT_OF(option_table) == CONF_OPTION_COUNT, "a row for each option");

const char *conf_option_name(enum conf_option option)
{
    return option_table[option].name;
}

uint32_t conf_option_max(enum conf_option option)
{
    return option_table[option].max;
}

static const char flag_letters[] = "rweRWp";

void conf_flags_name(uint32_t flags, char out[CONF_FLAGS_NAME_MAX])
{
    size_t length = 0;

    if ((flags & CONF_READY_FLAGS) == 0) {
        memcpy(out, "none", sizeof("none"));
        return;
    }
    for (unsigned bit = 0; flag_letters[bit] != 0; bit++) {
        if ((flags >> bit & 1u) != 0) {
            out[length++] = flag_letters[bit];
        }
    }
    out[length] = 0;
}

bool conf_flags_find(const char *text, size_t length, uint8_t *flags)
{
    char name[CONF_FLAGS_NAME_MAX];

    for (uint8_t i = 0; i <= CONF_READY_FLAGS; i++) {
        conf_flags_name(i, name);
        if (conf_text_equals(text, length, name)) {
            *flags = i;
            return true;
        }
    }
    return false;
}

const char *conf_verb_name(enum conf_verb_code code)
{
    return verb_name[code];
}

enum conf_verb_code conf_verb_find(const char *text, size_t length)
{
    return (enum conf_verb_code)find(verb_name, CONF_VERB_COUNT, text, length);
}

const char *conf_word_name(enum conf_word word)
{
    return word_name[word];
}

enum conf_word conf_word_find(const char *text, size_t length)
{
    return (enum conf_word)find(word_name, CONF_WORD_COUNT, text, length);
}

const char *conf_interest_name(uint32_t interest)
{
    static const char *const name[] = {NULL, "r", "w", "rw"};

    return interest < COUNT_OF(name) ? name[interest] : NULL;
}

bool conf_kind_takes(enum conf_source_kind kind, enum conf_verb_code code)
{
    return (kind_verbs[kind] >> code & 1u) != 0;
}
