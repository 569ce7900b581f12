/* The profile of in-memory streams, in both directions. SCENARIO.md prints it.
 *
 * Sources come in this order: the poll, the ends A, B and X, the halves of each end, the tasks. */
#include "conformance/scenario_bytes_input.h"
#include "conformance/scenario_words.h"

#include <assert.h>
#include <string.h>

enum header {
    HEADER_SETTINGS, /* faults, the poll, the topology; the highest bit as in every profile */
    HEADER_STREAMS,  /* capacity, tasks, the thread that polls the poll */
    HEADER_TASK,     /* one byte for each */
    HEADER_HOMES = HEADER_TASK + 4 /* the thread of each task that has a budget */
};
static_assert(HEADER_HOMES + 1 == CONF_HEADER_VERBS, "the header has a byte a field");

#define SETTINGS_POLL     0x04u
#define SETTINGS_TOPOLOGY 4u /* shift */
#define STREAMS_TASKS     3u /* shift */
#define STREAMS_POLLER    5u /* shift */
#define TASK_TARGET       3u /* shift */
#define TASK_BUDGET       6u /* shift */
#define RECORD_REREGISTER 0x40u

/* Which streams there are, and whether they have halves. */
enum halves { NO_END, WHOLE, MAY_SPLIT, SPLIT };

static const uint8_t topology_table[8][3] = {
    /* A, B, X */
    {WHOLE, WHOLE, NO_END},      {MAY_SPLIT, WHOLE, NO_END},     {SPLIT, WHOLE, NO_END},
    {SPLIT, SPLIT, NO_END},      {MAY_SPLIT, MAY_SPLIT, NO_END}, {NO_END, NO_END, SPLIT},
    {NO_END, NO_END, MAY_SPLIT}, {WHOLE, WHOLE, SPLIT},
};

const uint32_t conf_bytes_capacity_table[CONF_BYTES_CAPACITIES] = {2, 1, 3, 4, 8, 64, 131072, 0};
static const uint8_t task_count_table[] = {2, 1, 3, 4};
static const uint8_t budget_table[] = {0, 1, 2, 128};

const uint8_t conf_bytes_stream_slot_table[CONF_BYTES_SLOTS] = {
    CONF_VERB_POLL_READ, CONF_VERB_POLL_WRITE, CONF_VERB_POLL_WRITEV, CONF_VERB_DROP,
    CONF_VERB_SHUTDOWN,  CONF_VERB_SPLIT,      CONF_VERB_UNSPLIT,     CONF_VERB_FLUSH,
    CONF_VERB_REGISTER,  CONF_VERB_DEREGISTER, CONF_VERB_POLL,        CONF_VERB_READ,
    CONF_VERB_WRITE,     CONF_VERB_JOIN,       CONF_VERB_POLL_READ,   CONF_VERB_POLL_WRITE,
};

/* ---- sources ---- */

static struct conf_source *add_source(struct conf_scenario *out, enum conf_source_kind kind,
                                      const char *name, char digit)
{
    struct conf_source *source = &out->source[out->source_count++];
    size_t length = strlen(name);

    memset(source, 0, offsetof(struct conf_source, name));
    memcpy(source->name, name, length + 1);
    if (digit != 0) {
        source->name[length] = digit;
        source->name[length + 1] = 0;
    }
    source->kind = (uint8_t)kind;
    source->poll = source->pipe = source->of = CONF_NONE;
    return source;
}

/* Adds the ends and halves that a topology has. */
static void add_streams(struct conf_scenario *out, const uint8_t topology[3], uint32_t capacity)
{
    static const char *const name[3][3] = {{"A", "AR", "AW"}, {"B", "BR", "BW"}, {"X", "XR", "XW"}};
    uint8_t end[3] = {CONF_NONE, CONF_NONE, CONF_NONE};

    for (unsigned i = 0; i < 3; i++) {
        struct conf_source *source;
        if (topology[i] == NO_END) {
            continue;
        }
        end[i] = out->source_count;
        source = add_source(out, i == 2 ? CONF_SIMPLEX : CONF_DUPLEX, name[i][0], 0);
        source->split = topology[i] == SPLIT;
        source->of = i == 1 ? end[0] : CONF_NONE;
        source->quota = i == 1 ? 0 : capacity;
    }
    for (unsigned i = 0; i < 3; i++) {
        if (topology[i] == MAY_SPLIT || topology[i] == SPLIT) {
            add_source(out, CONF_READ_HALF, name[i][1], 0)->of = end[i];
            add_source(out, CONF_WRITE_HALF, name[i][2], 0)->of = end[i];
        }
    }
}

static void add_tasks(struct conf_scenario *out, const uint8_t *header, uint8_t parts,
                      uint8_t part_count)
{
    unsigned count = task_count_table[header[HEADER_STREAMS] >> STREAMS_TASKS & 3u];

    for (unsigned i = 0; i < count; i++) {
        uint8_t bits = header[HEADER_TASK + i];
        struct conf_source *task = add_source(out, CONF_TASK, "K", (char)('0' + i));
        task->quota = budget_table[bits >> TASK_BUDGET];
        if ((bits & 7u) != 0 && (bits & 7u) < CONF_ACTION_COUNT) {
            task->action = bits & 7u;
            task->of = (uint8_t)(parts + (bits >> TASK_TARGET & 7u) % part_count);
        }
        if (conf_action_polls(task->action)) {
            task->quota = 0; /* it would be polled by whatever thread wakes it */
        }
    }
}

/* ---- verbs ---- */

/* What the records of one input are decoded with. */
struct decoding {
    const uint8_t *header;
    struct conf_scenario *out;
    uint8_t poll, tasks, task_count;
    uint8_t reach[CONF_BYTES_THREADS];
    uint8_t taker_count[CONF_BYTES_SLOTS]; /* the sources that take a verb */
    uint8_t taker[CONF_BYTES_SLOTS][CONF_SOURCES_MAX];
};

static void list_takers(struct decoding *decoding)
{
    const struct conf_scenario *out = decoding->out;
    uint32_t halves = 0; /* a bit for each end that has them */

    for (unsigned i = 0; i < out->source_count; i++) {
        halves |= out->source[i].kind == CONF_READ_HALF ? 1u << out->source[i].of : 0;
    }
    for (unsigned slot = 0; slot < CONF_BYTES_SLOTS; slot++) {
        enum conf_verb_code code = (enum conf_verb_code)conf_bytes_stream_slot_table[slot];
        bool splits = code == CONF_VERB_SPLIT || code == CONF_VERB_UNSPLIT;
        decoding->taker_count[slot] = 0;
        for (unsigned i = 0; i < out->source_count; i++) {
            if (conf_kind_takes((enum conf_source_kind)out->source[i].kind, code) &&
                (!splits || (halves >> i & 1u) != 0)) {
                decoding->taker[slot][decoding->taker_count[slot]++] = (uint8_t)i;
            }
        }
    }
}

static void decode_argument(const struct decoding *decoding, const uint8_t *record,
                            struct conf_verb *verb)
{
    uint8_t argument = record[2];

    if (conf_verb_is_transfer((enum conf_verb_code)verb->code)) {
        verb->size = conf_bytes_size_table[argument % CONF_BYTES_SIZES];
    }
    if (conf_verb_is_polled((enum conf_verb_code)verb->code)) {
        unsigned task = (record[1] >> 4 & 3u) % decoding->task_count;
        verb->task = (uint8_t)(decoding->tasks + task);
        if (decoding->out->source[verb->task].quota != 0) {
            verb->thread = decoding->header[HEADER_HOMES] >> (2 * task) & 3u;
        }
    } else if (verb->code == CONF_VERB_POLL) {
        verb->thread = decoding->header[HEADER_STREAMS] >> STREAMS_POLLER & 3u;
        verb->timeout_ms = conf_bytes_timeout_table[argument & 7u];
        verb->size = conf_bytes_events_table[argument >> 3 & 7u];
    } else if (verb->code == CONF_VERB_DEREGISTER) {
        verb->poll = decoding->poll;
    } else if (verb->code == CONF_VERB_REGISTER || verb->code == CONF_VERB_REREGISTER) {
        verb->poll = decoding->poll;
        verb->token = conf_bytes_token(argument);
        verb->interest = conf_bytes_interest_table[record[1] >> 4 & 3u];
    }
}

/* Decodes one record; false for one without a meaning here. */
static bool decode_verb(struct decoding *decoding, const uint8_t *record, struct conf_verb *verb)
{
    unsigned slot = record[0] & 15u;
    uint8_t count = decoding->taker_count[slot];
    enum conf_verb_code code = (enum conf_verb_code)conf_bytes_stream_slot_table[slot];
    bool registers = code == CONF_VERB_REGISTER || code == CONF_VERB_DEREGISTER;

    memset(verb, 0, sizeof(*verb));
    verb->code = (uint8_t)code;
    verb->thread = record[0] >> 4 & 3u;
    verb->source = verb->poll = verb->target = CONF_NONE;
    verb->label = verb->task = verb->other = CONF_NONE;
    if (code == CONF_VERB_JOIN) {
        verb->target = record[1] & 3u;
        return conf_bytes_join(decoding->reach, verb->thread, verb->target);
    }
    if (count == 0 || (registers && decoding->poll == CONF_NONE)) {
        return false;
    }
    if (code == CONF_VERB_REGISTER && (record[0] & RECORD_REREGISTER) != 0) {
        verb->code = CONF_VERB_REREGISTER;
    }
    verb->source = decoding->taker[slot][(record[1] & 15u) % count];
    decode_argument(decoding, record, verb);
    return true;
}

void conf_bytes_decode_stream(struct conf_bytes_input *input, struct conf_scenario *out)
{
    const uint8_t *header = input->header;
    struct decoding decoding = {
        .header = header, .out = out, .poll = CONF_NONE, .reach = {1, 2, 4, 8}};
    struct conf_verb verb[CONF_BYTES_VERBS_MAX];
    const uint8_t *record;
    uint8_t parts;
    unsigned count = 0;
    size_t records;

    memset(&out->settings, 0, sizeof(out->settings));
    out->settings.faults = header[HEADER_SETTINGS] & CONF_BYTES_FAULTS_MAX;
    out->source_count = out->pipe_count = 0;
    if ((header[HEADER_SETTINGS] & SETTINGS_POLL) != 0) {
        decoding.poll = out->source_count;
        add_source(out, CONF_POLL, "P0", 0);
    }
    parts = out->source_count;
    add_streams(out, topology_table[header[HEADER_SETTINGS] >> SETTINGS_TOPOLOGY & 7u],
                conf_bytes_capacity_table[header[HEADER_STREAMS] & 7u]);
    decoding.tasks = out->source_count;
    add_tasks(out, header, parts, (uint8_t)(out->source_count - parts));
    decoding.task_count = (uint8_t)(out->source_count - decoding.tasks);
    list_takers(&decoding);
    records = conf_bytes_records(input, header[CONF_HEADER_VERBS], &record);
    for (size_t i = 0; i < records; i++) {
        count += decode_verb(&decoding, record + i * CONF_BYTES_RECORD_SIZE, &verb[count]);
    }
    conf_bytes_group(verb, count, out);
}

/* ---- from a scenario to bytes ---- */

struct encoding {
    const struct conf_scenario *scenario;
    const char *missing;
    uint8_t *bytes;
    uint8_t end[3];       /* the sources that are A, B and X, CONF_NONE if there is none */
    uint8_t placed;       /* sources that have a place */
    uint8_t parts, tasks; /* places of the first */
    uint8_t place[CONF_SOURCES_MAX];
};

static bool refuse(struct encoding *encoding, const char *missing)
{
    encoding->missing = missing;
    return false;
}

static uint8_t find_part(const struct encoding *encoding, uint8_t of, enum conf_source_kind kind)
{
    for (uint8_t i = 0; i < encoding->scenario->source_count; i++) {
        if (encoding->scenario->source[i].kind == kind && encoding->scenario->source[i].of == of) {
            return i;
        }
    }
    return CONF_NONE;
}

static void place(struct encoding *encoding, uint8_t source)
{
    encoding->place[source] = encoding->placed++;
}

static void place_all(struct encoding *encoding, enum conf_source_kind kind)
{
    for (uint8_t i = 0; i < encoding->scenario->source_count; i++) {
        if (encoding->scenario->source[i].kind == kind) {
            place(encoding, i);
        }
    }
}

static enum halves halves_of(const struct encoding *encoding, unsigned which)
{
    uint8_t end = encoding->end[which];

    if (end == CONF_NONE) {
        return NO_END;
    }
    if (find_part(encoding, end, CONF_READ_HALF) == CONF_NONE) {
        return WHOLE;
    }
    return encoding->scenario->source[end].split ? SPLIT : MAY_SPLIT;
}

static bool encode_topology(struct encoding *encoding)
{
    for (unsigned i = 0; i < 8; i++) {
        unsigned same = 0;
        while (same < 3 && topology_table[i][same] == halves_of(encoding, same)) {
            same++;
        }
        if (same == 3) {
            encoding->bytes[HEADER_SETTINGS] |= (uint8_t)(i << SETTINGS_TOPOLOGY);
            return true;
        }
    }
    return refuse(encoding, "streams and halves that are no topology of the table");
}

/* Gives each source its place, and writes how many there are of each kind. */
static bool place_sources(struct encoding *encoding)
{
    const struct conf_scenario *scenario = encoding->scenario;

    place_all(encoding, CONF_POLL);
    if (encoding->placed > 1) {
        return refuse(encoding, "more than one poll");
    }
    encoding->bytes[HEADER_SETTINGS] |= encoding->placed == 1 ? SETTINGS_POLL : 0;
    encoding->parts = encoding->placed;
    encoding->end[0] = find_part(encoding, CONF_NONE, CONF_DUPLEX);
    encoding->end[1] = encoding->end[0] == CONF_NONE
                           ? CONF_NONE
                           : find_part(encoding, encoding->end[0], CONF_DUPLEX);
    encoding->end[2] = find_part(encoding, CONF_NONE, CONF_SIMPLEX);
    for (unsigned i = 0; i < 3; i++) {
        if (encoding->end[i] != CONF_NONE) {
            place(encoding, encoding->end[i]);
        }
    }
    for (unsigned i = 0; i < 3; i++) {
        if (halves_of(encoding, i) >= MAY_SPLIT) {
            place(encoding, find_part(encoding, encoding->end[i], CONF_READ_HALF));
            place(encoding, find_part(encoding, encoding->end[i], CONF_WRITE_HALF));
        }
    }
    encoding->tasks = encoding->placed;
    place_all(encoding, CONF_TASK);
    if (encoding->placed != scenario->source_count) {
        return refuse(encoding, "sources that the profile does not have");
    }
    return encode_topology(encoding);
}

static bool encode_capacity(struct encoding *encoding)
{
    uint32_t capacity = 0;
    bool known = false;

    for (unsigned i = 0; i < 3; i += 2) {
        if (encoding->end[i] != CONF_NONE) {
            uint32_t its = encoding->scenario->source[encoding->end[i]].quota;
            if (known && its != capacity) {
                return refuse(encoding, "streams with different capacities");
            }
            capacity = its;
            known = true;
        }
    }
    unsigned choice = conf_bytes_find(conf_bytes_capacity_table, CONF_BYTES_CAPACITIES, capacity);
    if (choice == CONF_BYTES_CAPACITIES) {
        return refuse(encoding, "a capacity that is not in the table");
    }
    encoding->bytes[HEADER_STREAMS] |= (uint8_t)choice;
    return true;
}

static bool encode_task(struct encoding *encoding, const struct conf_source *task, unsigned number)
{
    unsigned part = task->of == CONF_NONE ? 0 : encoding->place[task->of] - encoding->parts;
    uint8_t budget = 0;

    while (budget < sizeof(budget_table) && budget_table[budget] != task->quota) {
        budget++;
    }
    if (budget == sizeof(budget_table)) {
        return refuse(encoding, "a budget that is not in the table");
    }
    if (part > 7) {
        return refuse(encoding, "a task that does something to the ninth stream");
    }
    encoding->bytes[HEADER_TASK + number] =
        (uint8_t)(task->action | part << TASK_TARGET | budget << TASK_BUDGET);
    return true;
}

static bool encode_tasks(struct encoding *encoding)
{
    const struct conf_scenario *scenario = encoding->scenario;
    unsigned count = encoding->placed - encoding->tasks;
    uint8_t choice = 0;

    while (choice < sizeof(task_count_table) && task_count_table[choice] != count) {
        choice++;
    }
    if (choice == sizeof(task_count_table)) {
        return refuse(encoding, "no task, or more than 4");
    }
    encoding->bytes[HEADER_STREAMS] |= (uint8_t)(choice << STREAMS_TASKS);
    for (unsigned i = 0; i < scenario->source_count; i++) {
        if (scenario->source[i].kind == CONF_TASK &&
            !encode_task(encoding, &scenario->source[i], encoding->place[i] - encoding->tasks)) {
            return false;
        }
    }
    return true;
}

/* The number of a source among those that take a verb, in the order of places. */
static uint8_t taker_of(const struct encoding *encoding, const struct conf_verb *verb)
{
    const struct conf_scenario *scenario = encoding->scenario;
    bool splits = verb->code == CONF_VERB_SPLIT || verb->code == CONF_VERB_UNSPLIT;
    uint8_t number = 0;

    for (uint8_t i = 0; i < scenario->source_count; i++) {
        number += encoding->place[i] < encoding->place[verb->source] &&
                  conf_kind_takes((enum conf_source_kind)scenario->source[i].kind,
                                  (enum conf_verb_code)verb->code) &&
                  (!splits || find_part(encoding, i, CONF_READ_HALF) != CONF_NONE);
    }
    return number;
}

static bool encode_argument(struct encoding *encoding, const struct conf_verb *verb,
                            uint8_t *record)
{
    if (conf_verb_is_transfer((enum conf_verb_code)verb->code)) {
        unsigned size = conf_bytes_find(conf_bytes_size_table, CONF_BYTES_SIZES, verb->size);
        if (size == CONF_BYTES_SIZES) {
            return refuse(encoding, "a size that is not in the table");
        }
        record[2] = (uint8_t)size;
    }
    if (verb->task != CONF_NONE) {
        unsigned task = encoding->place[verb->task] - encoding->tasks;
        record[1] |= (uint8_t)(task << 4);
        if (encoding->scenario->source[verb->task].quota != 0) {
            encoding->bytes[HEADER_HOMES] |= (uint8_t)(verb->thread << (2 * task));
        }
    } else if (verb->code == CONF_VERB_POLL) {
        unsigned timeout =
            conf_bytes_find(conf_bytes_timeout_table, CONF_BYTES_TIMEOUTS, verb->timeout_ms);
        unsigned events = conf_bytes_find(conf_bytes_events_table, CONF_BYTES_TIMEOUTS, verb->size);
        if (timeout == CONF_BYTES_TIMEOUTS || events == CONF_BYTES_TIMEOUTS) {
            return refuse(encoding, "a timeout or max that is not in the table");
        }
        record[2] = (uint8_t)(timeout | events << 3);
        encoding->bytes[HEADER_STREAMS] |= (uint8_t)(verb->thread << STREAMS_POLLER);
    } else if (verb->interest != 0) {
        record[1] |= (uint8_t)((verb->interest % 3u) << 4); /* rw is 0, r is 1, w is 2 */
        return conf_bytes_encode_token(verb->token, &record[2]) ||
               refuse(encoding, "a token from 240 on that is not in the table");
    }
    return true;
}

static bool encode_verb(struct encoding *encoding, const struct conf_verb *verb, uint8_t *record)
{
    uint8_t code = verb->code == CONF_VERB_REREGISTER ? CONF_VERB_REGISTER : verb->code;
    uint8_t slot = 0;

    while (slot < CONF_BYTES_SLOTS && conf_bytes_stream_slot_table[slot] != code) {
        slot++;
    }
    if (slot == CONF_BYTES_SLOTS) {
        return refuse(encoding, "a verb that the profile does not have");
    }
    record[0] = (uint8_t)(slot | verb->thread << 4 |
                          (verb->code == CONF_VERB_REREGISTER ? RECORD_REREGISTER : 0));
    if (verb->code == CONF_VERB_JOIN) {
        record[1] = verb->target;
        return true;
    }
    record[1] = taker_of(encoding, verb);
    return encode_argument(encoding, verb, record);
}

static bool encode_verbs(struct encoding *encoding)
{
    const struct conf_scenario *scenario = encoding->scenario;
    unsigned threads = 0;

    if (scenario->verb_count > CONF_BYTES_VERBS_MAX) {
        return refuse(encoding, "more than 64 verbs");
    }
    if (scenario->thread_count > CONF_BYTES_THREADS) {
        return refuse(encoding, "more than 4 threads");
    }
    encoding->bytes[CONF_HEADER_VERBS] = (uint8_t)scenario->verb_count;
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        const struct conf_verb *verb = &scenario->verb[i];
        unsigned last =
            verb->target != CONF_NONE && verb->target > verb->thread ? verb->target : verb->thread;

        threads = last + 1 > threads ? last + 1 : threads;
        if (!encode_verb(encoding, verb,
                         &encoding->bytes[CONF_BYTES_HEADER_SIZE + i * CONF_BYTES_RECORD_SIZE])) {
            return false;
        }
    }
    return threads == scenario->thread_count || refuse(encoding, "a last thread without verbs");
}

/* Streams in memory know of one setting only. */
static bool encode_settings(struct encoding *encoding)
{
    struct conf_settings others = encoding->scenario->settings;

    if (others.faults > CONF_BYTES_FAULTS_MAX) {
        return refuse(encoding, "more than 3 faults");
    }
    encoding->bytes[HEADER_SETTINGS] = others.faults;
    others.faults = 0;
    for (size_t i = 0; i < sizeof(others); i++) {
        if (((const uint8_t *)&others)[i] != 0) {
            return refuse(encoding, "a setting other than faults");
        }
    }
    return true;
}

size_t conf_bytes_encode_stream(const struct conf_scenario *scenario, uint8_t *bytes,
                                const char **missing)
{
    struct encoding encoding = {.scenario = scenario, .bytes = bytes};

    memset(bytes, 0, CONF_BYTES_SIZE_MAX);
    if (!encode_settings(&encoding) || !place_sources(&encoding) || !encode_capacity(&encoding) ||
        !encode_tasks(&encoding) || !encode_verbs(&encoding)) {
        *missing = encoding.missing;
        return 0;
    }
    return conf_bytes_encode_drops(scenario, encoding.place, bytes,
                                   CONF_BYTES_HEADER_SIZE +
                                       (size_t)scenario->verb_count * CONF_BYTES_RECORD_SIZE);
}
