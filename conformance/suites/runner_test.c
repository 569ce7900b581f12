/* The runner: what drop, gone, idle, join and the end of a scenario mean, and that an execution is
 * a function of scenario, port and decisions. */
#include "conformance/error_code.h"
#include "conformance/ledger.h"
#include "conformance/payload.h"
#include "conformance/port_load.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario_text.h"
#include "conformance/worlds/world_sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define RECORDS_MAX 4096

static struct sim_world *world;
static struct conf_runner *runner;
static struct conf_scenario scenario;
static struct sim_outcome outcome;
static struct conf_record record[RECORDS_MAX]; /* of the last execution */
static size_t record_count;

static void load(const char *text)
{
    struct conf_error error;
    char message[1500];

    if (!conf_scenario_read(text, strlen(text), "test.scn", conf_oracle_ids, &scenario, NULL,
                            &error)) {
        conf_error_format(&error, message, sizeof(message));
        fail_msg("%s", message);
    }
}

static void run_on(const struct conf_port *port, struct sim_source *source)
{
    const struct sim_log *log = sim_world_log(world);

    conf_world_sim_run(runner, port, &scenario, world, source, &outcome);
    record_count = 0;
    for (size_t i = 0; i < sim_log_count(log) && record_count < RECORDS_MAX; i++) {
        record_count += conf_world_sim_record(sim_log_at(log, i), &record[record_count]);
    }
}

static void run(void)
{
    run_on(&conf_port_core, &sim_source_dull);
    if (outcome.oracle != NULL) {
        fail_msg("found %s: %s", outcome.oracle, outcome.message);
    }
}

static void run_text(const char *text)
{
    load(text);
    run();
}

static uint8_t source_named(const char *name)
{
    for (uint8_t i = 0; i < scenario.source_count; i++) {
        if (strcmp(scenario.source[i].name, name) == 0) {
            return i;
        }
    }
    fail_msg("no source %s", name);
    return CONF_NONE;
}

/* find returns the place of a record of this kind about a source, from `from` on; record_count when
 * there is none. */
static size_t find(enum conf_record_kind kind, const char *name, size_t from)
{
    uint8_t source = source_named(name);

    while (from < record_count && (record[from].kind != kind || record[from].source != source)) {
        from++;
    }
    return from;
}

static size_t find_end(enum conf_verb_code code, const char *name, size_t from)
{
    while ((from = find(CONF_RECORD_END, name, from)) < record_count && record[from].code != code) {
        from++;
    }
    return from;
}

static enum conf_word word(const char *label)
{
    for (uint8_t i = 0; i < scenario.label_count; i++) {
        if (strcmp(scenario.label_name[i], label) == 0) {
            return conf_runner_word(runner, i);
        }
    }
    fail_msg("no label %s", label);
    return CONF_WORD_COUNT;
}

/* ---- gone, drop, pins ---- */

static void verbs_on_what_is_dropped_or_not_open_are_gone(void **state)
{
    run_text("scenario gone\n"
             "source P poll\n"
             "source S pipe-server name=a\n"
             "source C pipe-client name=a\n"
             "thread T\n"
             "  write C 1 -> closed\n"
             "  open C -> opened\n"
             "  open C -> again\n"
             "  drop C -> dropped\n"
             "  write C 1 -> after\n"
             "  drop C -> twice\n"
             "  open C -> reopened\n"
             "  drop P\n"
             "  register S in P token=1 interest=r -> nowhere\n");
    assert_int_equal(word("closed"), CONF_WORD_GONE);
    assert_int_equal(word("opened"), CONF_WORD_DONE);
    assert_int_equal(word("again"), CONF_WORD_GONE);
    assert_int_equal(word("dropped"), CONF_WORD_DONE);
    assert_int_equal(word("after"), CONF_WORD_GONE);
    assert_int_equal(word("twice"), CONF_WORD_GONE);
    assert_int_equal(word("reopened"), CONF_WORD_GONE);
    assert_int_equal(word("nowhere"), CONF_WORD_GONE);
}

static void failed_open_may_be_tried_again(void **state)
{
    run_text("scenario busy\n"
             "source S pipe-server name=a\n"
             "source C pipe-client name=a\n"
             "source D pipe-client name=a\n"
             "thread T\n"
             "  open C\n"
             "  open D -> busy\n"
             "  drop C\n"
             "  disconnect S\n"
             "  open D -> refused\n");
    assert_int_equal(word("busy"), CONF_WORD_FAILED);
    assert_int_equal(word("refused"), CONF_WORD_FAILED);
}

static void drop_takes_effect_after_the_verbs_that_run(void **state)
{
    size_t verb_end, took_effect;

    run_text("scenario pins\n"
             "source P poll\n"
             "source S pipe-server name=a\n"
             "thread T0\n"
             "  poll P timeout=inf -> polled\n"
             "thread T1\n"
             "  drop P -> dropped\n"
             "  register S in P token=1 interest=r -> after\n");
    assert_int_equal(word("polled"), CONF_WORD_IDLE);
    assert_int_equal(word("dropped"), CONF_WORD_DONE);
    assert_int_equal(word("after"), CONF_WORD_GONE);
    verb_end = find_end(CONF_VERB_POLL, "P", 0);
    took_effect = find(CONF_RECORD_DROP_BEGIN, "P", 0);
    assert_true(find_end(CONF_VERB_DROP, "P", 0) < verb_end);
    assert_true(took_effect > verb_end);
    assert_int_equal(record[took_effect].thread, 0);
}

static void final_drops_follow_the_order_asked_for(void **state)
{
    run_text("scenario order\n"
             "source P poll\n"
             "source S pipe-server name=a\n"
             "source W waker in=P token=1\n"
             "drop W P S\n");
    assert_true(find(CONF_RECORD_DROP_BEGIN, "W", 0) < find(CONF_RECORD_DROP_BEGIN, "P", 0));
    assert_true(find(CONF_RECORD_DROP_BEGIN, "P", 0) < find(CONF_RECORD_DROP_BEGIN, "S", 0));
    assert_true(find(CONF_RECORD_DROP_END, "S", 0) < record_count);
}

/* ---- idle ---- */

static void idle_poll_is_ended_by_the_waker_of_the_scenario(void **state)
{
    run_text("scenario idle\n"
             "source P poll\n"
             "source W waker in=P token=5\n"
             "thread T\n"
             "  wake W\n"
             "  poll P timeout=inf -> woken\n"
             "  poll P timeout=inf -> idle\n"
             "  wake W\n"
             "  poll P timeout=inf -> again\n");
    assert_int_equal(word("woken"), CONF_WORD_DONE);
    assert_int_equal(word("idle"), CONF_WORD_IDLE);
    assert_int_equal(word("again"), CONF_WORD_DONE);
}

static void event_of_a_private_wake_is_not_reported(void **state)
{
    run_text("scenario private\n"
             "source P poll\n"
             "thread T\n"
             "  poll P timeout=inf -> idle\n"
             "  poll P timeout=inf -> again\n");
    assert_int_equal(word("idle"), CONF_WORD_IDLE);
    assert_int_equal(word("again"), CONF_WORD_IDLE);
    assert_int_equal(find(CONF_RECORD_EVENT, "P", 0), record_count);
}

static void tokens_of_the_scenario_may_be_the_private_one(void **state)
{
    char text[512];

    snprintf(text, sizeof(text),
             "scenario clash\n"
             "source P poll\n"
             "source S pipe-server name=a\n"
             "source C pipe-client name=a\n"
             "thread T\n"
             "  open C\n"
             "  register C in P token=%llu interest=w\n"
             "  poll P timeout=inf -> writable\n"
             "  poll P timeout=inf -> idle\n",
             0xC0F0C0F0C0F0C0F0ull);
    run_text(text);
    assert_int_equal(word("writable"), CONF_WORD_DONE);
    assert_int_equal(word("idle"), CONF_WORD_IDLE);
}

static void waker_stays_while_idle_polls_need_it(void **state)
{
    run_text("scenario needed\n"
             "source P poll\n"
             "source W waker in=P token=5\n"
             "thread T0\n"
             "  poll P timeout=inf -> first\n"
             "  poll P timeout=inf -> last\n"
             "  poll P timeout=1\n"
             "thread T1\n"
             "  drop W\n"
             "  wake W -> gone\n");
    assert_int_equal(word("first"), CONF_WORD_IDLE);
    assert_int_equal(word("last"), CONF_WORD_IDLE);
    assert_int_equal(word("gone"), CONF_WORD_GONE);
    assert_true(find(CONF_RECORD_DROP_BEGIN, "W", 0) > find(CONF_RECORD_IDLE, "P", 0));
}

static void timed_poll_ends_by_itself(void **state)
{
    size_t end;

    run_text("scenario timed\n"
             "source P poll\n"
             "thread T\n"
             "  poll P timeout=20 -> timed\n");
    assert_int_equal(word("timed"), CONF_WORD_DONE);
    end = find_end(CONF_VERB_POLL, "P", 0);
    assert_int_equal(record[end].a, 0);
    assert_int_equal(record[end].b, 20000000);
    assert_int_equal(find(CONF_RECORD_IDLE, "P", 0), record_count);
}

static void blocking_transfers_are_interrupted_when_idle(void **state)
{
    run_text("scenario blocked\n"
             "source S raw-pipe-server name=a blocking=yes\n"
             "source C raw-pipe-client name=a blocking=yes\n"
             "thread T0\n"
             "  connect S -> connected\n"
             "  read S 4 -> got\n"
             "  read S 4 -> idle\n"
             "thread T1\n"
             "  open C\n"
             "  write C 4\n"
             "  read C 1 -> idle2\n");
    assert_int_equal(word("connected"), CONF_WORD_DONE);
    assert_int_equal(word("got"), CONF_WORD_DONE);
    assert_int_equal(word("idle"), CONF_WORD_IDLE);
    assert_int_equal(word("idle2"), CONF_WORD_IDLE);
}

/* ---- join ---- */

static void join_waits_for_the_verbs_of_a_thread(void **state)
{
    run_text("scenario join\n"
             "source P poll\n"
             "source W waker in=P token=5\n"
             "thread T0\n"
             "  join T1\n"
             "  poll P timeout=0 -> polled\n"
             "thread T1\n"
             "  wake W\n");
    assert_true(find_end(CONF_VERB_POLL, "P", 0) > find_end(CONF_VERB_WAKE, "W", 0));
    assert_int_equal(record[find_end(CONF_VERB_POLL, "P", 0)].a, 1);
}

/* ---- plain handles and bytes ---- */

static void plain_handles_talk_to_each_other(void **state)
{
    run_text("scenario plain\n"
             "source S raw-pipe-server name=a quota=16\n"
             "source C raw-pipe-client name=a\n"
             "thread T\n"
             "  connect S -> waiting\n"
             "  open C\n"
             "  connect S -> connected\n"
             "  read C 8 -> early\n"
             "  write S 12\n"
             "  read C 8 -> first\n"
             "  read C 8 -> second\n"
             "  write C 100\n"
             "  write C 1 -> full\n"
             "  read S 200 -> all\n"
             "  write C 1 -> room\n"
             "  drop C\n"
             "  read S 8 -> rest\n"
             "  read S 8 -> end\n");
    assert_int_equal(word("waiting"), CONF_WORD_WOULD_BLOCK);
    assert_int_equal(word("connected"), CONF_WORD_DONE);
    assert_int_equal(word("early"), CONF_WORD_WOULD_BLOCK);
    assert_int_equal(word("first"), CONF_WORD_DONE);
    assert_int_equal(word("second"), CONF_WORD_DONE);
    assert_int_equal(word("full"), CONF_WORD_WOULD_BLOCK);
    assert_int_equal(word("all"), CONF_WORD_DONE);
    assert_int_equal(word("room"), CONF_WORD_DONE);
    assert_int_equal(word("rest"), CONF_WORD_DONE);
    assert_int_equal(word("end"), CONF_WORD_CLOSED);
}

static void disconnect_forgets_only_requests_before_it(void **state)
{
    unsigned waits = 0;

    load("scenario connect-behind-disconnect\n"
         "source S raw-pipe-server name=a\n"
         "source C raw-pipe-client name=a\n"
         "thread A\n"
         "  read S 1\n"
         "  disconnect S\n"
         "thread B\n"
         "  open C\n"
         "  connect S -> connected\n");
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct sim_source_random random;
        sim_source_random_init(&random, seed, 4);
        run_on(&conf_port_core, &random.source);
        assert_null(outcome.oracle); /* it would wait for a connect that nobody ends: livelock */
        waits += word("connected") == CONF_WORD_WOULD_BLOCK;
    }
    assert_true(waits > 0);
}

static void what_is_on_its_way_is_drained(void **state)
{
    uint64_t got = 0;

    run_text("scenario drained\n"
             "source P poll\n"
             "source S pipe-server name=a\n"
             "source C pipe-client name=a\n"
             "thread T\n"
             "  register S in P token=1 interest=r\n"
             "  connect S\n"
             "  open C\n"
             "  register C in P token=2 interest=w\n"
             "  write C 20000\n");
    for (size_t i = 0; (i = find_end(CONF_VERB_READ, "S", i)) < record_count; i++) {
        got += record[i].a;
    }
    assert_int_equal(got, 20000);
}

static void payload_is_the_same_wherever_it_is_cut(void **state)
{
    uint8_t whole[100], part[100];

    conf_payload_fill(whole, sizeof(whole), 3, 1, 0);
    for (size_t start = 0; start < sizeof(whole); start++) {
        for (size_t size = 0; size <= sizeof(whole) - start; size++) {
            memset(part, 0xee, sizeof(part));
            conf_payload_fill(part, size, 3, 1, start);
            assert_memory_equal(part, whole + start, size);
        }
    }
    conf_payload_fill(part, sizeof(part), 3, 2, 0);
    for (size_t i = 0; i < sizeof(whole); i++) {
        assert_int_not_equal(part[i], whole[i]);
    }
    conf_payload_fill(part, sizeof(part), 4, 1, 0);
    for (size_t i = 0; i < sizeof(whole); i++) {
        assert_int_not_equal(part[i], whole[i]);
    }
}

/* ---- determinism and serialisation ---- */

static const char busy[] = "scenario busy\n"
                           "source P poll\n"
                           "source S pipe-server name=a\n"
                           "source C pipe-client name=a\n"
                           "thread T0\n"
                           "  register S in P token=1 interest=rw\n"
                           "  connect S\n"
                           "  poll P timeout=inf\n"
                           "  read S 9\n"
                           "  deregister S in P\n"
                           "  register S in P token=3 interest=r\n"
                           "thread T1\n"
                           "  open C\n"
                           "  write C 7\n"
                           "  register C in P token=2 interest=rw\n"
                           "  write C 7\n"
                           "  drop C\n"
                           "thread T2\n"
                           "  reregister S in P token=4 interest=rw\n"
                           "  deregister S in P\n"
                           "  register S in P token=5 interest=w\n";

static void same_seed_gives_the_same_hash(void **state)
{
    unsigned different = 0;
    uint64_t dull;

    load(busy);
    run();
    dull = outcome.hash;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct sim_source_random random;
        uint64_t hash;
        sim_source_random_init(&random, seed, 4);
        run_on(&conf_port_core, &random.source);
        hash = outcome.hash;
        sim_source_random_init(&random, seed, 4);
        run_on(&conf_port_core, &random.source);
        assert_true(outcome.hash == hash);
        different += hash != dull;
    }
    assert_true(different > 100);
    run();
    assert_true(outcome.hash == dull);
}

static bool is_registration(const struct conf_record *of)
{
    return of->code == CONF_VERB_REGISTER || of->code == CONF_VERB_REREGISTER ||
           of->code == CONF_VERB_DEREGISTER;
}

static void registrations_of_a_source_never_overlap(void **state)
{
    load(busy);
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct sim_source_random random;
        unsigned running = 0;
        sim_source_random_init(&random, seed, 16);
        run_on(&conf_port_core, &random.source);
        assert_null(outcome.oracle);
        for (size_t i = 0; i < record_count; i++) {
            if (record[i].source != source_named("S") || !is_registration(&record[i])) {
                continue;
            }
            running += record[i].kind == CONF_RECORD_BEGIN;
            assert_true(running <= 1);
            running -= record[i].kind == CONF_RECORD_END;
        }
    }
}

static void drop_nothing(void *source)
{
}

static void findings_not_asked_for_are_dropped(void **state)
{
    struct conf_port leaky = conf_port_core;

    leaky.source_drop = drop_nothing;
    load("scenario leaky\n"
         "source S pipe-server name=a\n"
         "thread T\n"
         "  read S 1\n");
    run_on(&leaky, &sim_source_dull);
    assert_string_equal(outcome.oracle, "memory-leak");
    scenario.forbid_given = 1;
    scenario.forbid_count = 1;
    snprintf(scenario.forbid[0], sizeof(scenario.forbid[0]), "handle-leak");
    run_on(&leaky, &sim_source_dull);
    assert_string_equal(outcome.oracle, "handle-leak");
    snprintf(scenario.forbid[0], sizeof(scenario.forbid[0]), "lost-wakeup");
    run_on(&leaky, &sim_source_dull);
    assert_null(outcome.oracle);
}

/* ---- ports ---- */

static void ports_are_checked_before_use(void **state)
{
    struct conf_port port = conf_port_core;
    char message[256];

    assert_true(conf_port_check(&port, message, sizeof(message)));
    port.version++;
    assert_false(conf_port_check(&port, message, sizeof(message)));
    assert_string_equal(message, "the port has version 2, expected 1");
    port = conf_port_core;
    port.size--;
    assert_false(conf_port_check(&port, message, sizeof(message)));
    assert_non_null(strstr(message, "bytes, expected"));
    port = conf_port_core;
    port.waker_wake = NULL;
    assert_false(conf_port_check(&port, message, sizeof(message)));
    assert_string_equal(message, "port core lacks the function waker_wake");
    port.capabilities &= ~CONF_CAN_WAKER;
    assert_true(conf_port_check(&port, message, sizeof(message)));
}

static void library_without_a_port_is_refused(void **state)
{
    struct conf_port_library library;
    char message[512];

    assert_false(conf_port_open(&library, "/no/such/library.so", message, sizeof(message)));
    assert_non_null(strstr(message, "/no/such/library.so"));
    assert_false(conf_port_open(&library, "libc.so.6", message, sizeof(message)));
    assert_non_null(strstr(message, "no symbol \"conf_port\""));
}

static void loaded_port_behaves_like_the_one_linked_in(void **state)
{
    struct conf_port_library library;
    char message[512];
    uint64_t hash;

    if (!conf_port_open(&library, CONF_TEST_PORT, message, sizeof(message))) {
        fail_msg("%s", message);
    }
    assert_ptr_not_equal(library.port, &conf_port_core);
    load(busy);
    run();
    hash = outcome.hash;
    run_on(library.port, &sim_source_dull);
    assert_null(outcome.oracle);
    assert_true(outcome.hash == hash);
    conf_port_close(&library);
}

/* ---- printing ---- */

static void records_print_as_lines(void **state)
{
    static const struct {
        struct conf_record record;
        const char *line;
    } rows[] = {
        {{.kind = CONF_RECORD_BEGIN,
          .code = CONF_VERB_REGISTER,
          .source = 1,
          .peer = 0,
          .a = 7,
          .b = CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE},
         "register S in P token=7 interest=rw"},
        {{.kind = CONF_RECORD_BEGIN, .code = CONF_VERB_POLL, .source = 0, .b = CONF_WAIT_FOREVER},
         "poll P timeout=inf"},
        {{.kind = CONF_RECORD_END,
          .code = CONF_VERB_READ,
          .word = CONF_WORD_CLOSED,
          .source = 1,
          .b = CONF_ERROR_BROKEN_PIPE},
         "read S -> closed (error 109)"},
        {{.kind = CONF_RECORD_EVENT,
          .source = 0,
          .a = 7,
          .b = CONF_EVENT_READABLE | CONF_EVENT_READ_CLOSED},
         "P reports token=7 readable|read-closed"},
        {{.kind = CONF_RECORD_BEGIN,
          .code = CONF_VERB_READ,
          .source = 1,
          .flags = CONF_RECORD_FLAG_PROBE,
          .a = 64},
         "read S 64 (probe)"},
        {{.kind = CONF_RECORD_LEFT, .a = 1, .b = 2}, "end: 1 objects, 2 references"},
    };
    char line[128];

    load(busy);
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t length =
            conf_record_format(&rows[i].record, &scenario, &conf_port_core, line, sizeof(line));
        assert_string_equal(line, rows[i].line);
        assert_int_equal(length, strlen(line));
        assert_int_equal(conf_record_format(&rows[i].record, &scenario, NULL, line, 8), 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verbs_on_what_is_dropped_or_not_open_are_gone),
        cmocka_unit_test(failed_open_may_be_tried_again),
        cmocka_unit_test(drop_takes_effect_after_the_verbs_that_run),
        cmocka_unit_test(final_drops_follow_the_order_asked_for),
        cmocka_unit_test(idle_poll_is_ended_by_the_waker_of_the_scenario),
        cmocka_unit_test(event_of_a_private_wake_is_not_reported),
        cmocka_unit_test(tokens_of_the_scenario_may_be_the_private_one),
        cmocka_unit_test(waker_stays_while_idle_polls_need_it),
        cmocka_unit_test(timed_poll_ends_by_itself),
        cmocka_unit_test(blocking_transfers_are_interrupted_when_idle),
        cmocka_unit_test(join_waits_for_the_verbs_of_a_thread),
        cmocka_unit_test(plain_handles_talk_to_each_other),
        cmocka_unit_test(disconnect_forgets_only_requests_before_it),
        cmocka_unit_test(what_is_on_its_way_is_drained),
        cmocka_unit_test(payload_is_the_same_wherever_it_is_cut),
        cmocka_unit_test(same_seed_gives_the_same_hash),
        cmocka_unit_test(registrations_of_a_source_never_overlap),
        cmocka_unit_test(findings_not_asked_for_are_dropped),
        cmocka_unit_test(ports_are_checked_before_use),
        cmocka_unit_test(library_without_a_port_is_refused),
        cmocka_unit_test(loaded_port_behaves_like_the_one_linked_in),
        cmocka_unit_test(records_print_as_lines),
    };
    int result;

    world = sim_world_create();
    runner = conf_runner_create();
    if (world == NULL || runner == NULL) {
        return 1;
    }
    result = cmocka_run_group_tests(tests, NULL, NULL);
    conf_runner_destroy(runner);
    sim_world_destroy(world);
    return result;
}
