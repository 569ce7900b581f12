/* Oracles: each fires on a history that breaks its clause and is silent on one that does not, and
 * each flaw of the broken port is found by the oracle it is for. */
#include "conformance/datagram.h"
#include "conformance/error_code.h"
#include "conformance/judge.h"
#include "conformance/oracle_clause.h"
#include "conformance/ports/port_broken.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario_text.h"
#include "conformance/scenario_words.h"
#include "conformance/worlds/world_sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { P, W, S, C, R }; /* the sources of `cast`, in its order */

static const char cast[] = "scenario cast\n"
                           "source P poll\n"
                           "source W waker in=P token=99\n"
                           "source S pipe-server name=a\n"
                           "source C pipe-client name=a\n"
                           "source R raw-pipe-client name=a\n"
                           "thread T0\n"
                           "  wake W -> woken\n"
                           "  wake W\n"
                           "thread T1\n"
                           "  wake W\n"
                           "  wake W\n"
                           "outcome woken\n"
                           "allow done\n";

static struct conf_scenario scenario;
static struct conf_judge *judge;
static uint32_t now;

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

/* ---- hand-written histories ---- */

static void see(struct conf_record record)
{
    conf_judge_see(judge, &record, ++now);
}

static void begin(uint8_t thread, enum conf_verb_code code, uint8_t source, uint64_t a, uint64_t b)
{
    see((struct conf_record){.kind = CONF_RECORD_BEGIN,
                             .code = (uint8_t)code,
                             .thread = thread,
                             .source = source,
                             .peer = P,
                             .a = a,
                             .b = b});
}

static void end(uint8_t thread, enum conf_verb_code code, uint8_t source, enum conf_word word,
                uint64_t a, uint64_t b)
{
    see((struct conf_record){.kind = CONF_RECORD_END,
                             .code = (uint8_t)code,
                             .word = (uint8_t)word,
                             .thread = thread,
                             .source = source,
                             .peer = P,
                             .a = a,
                             .b = b});
}

static void done(uint8_t thread, enum conf_verb_code code, uint8_t source, uint64_t count)
{
    begin(thread, code, source, count, 0);
    end(thread, code, source, CONF_WORD_DONE, count, 0);
}

static void would_block(uint8_t thread, enum conf_verb_code code, uint8_t source)
{
    begin(thread, code, source, 16, 0);
    end(thread, code, source, CONF_WORD_WOULD_BLOCK, 0, 0);
}

static void failed(uint8_t thread, enum conf_verb_code code, uint8_t source, uint32_t error)
{
    begin(thread, code, source, 16, 0);
    end(thread, code, source, CONF_WORD_FAILED, 0, error);
}

static void register_in(uint8_t thread, uint8_t source, uint64_t token, uint32_t interest)
{
    begin(thread, CONF_VERB_REGISTER, source, token, interest);
    end(thread, CONF_VERB_REGISTER, source, CONF_WORD_DONE, 0, 0);
}

static void event(uint8_t thread, uint64_t token, uint32_t flags)
{
    see((struct conf_record){.kind = CONF_RECORD_EVENT,
                             .thread = thread,
                             .source = P,
                             .peer = CONF_NONE,
                             .a = token,
                             .b = flags});
}

static void poll_event(uint8_t thread, uint64_t token, uint32_t flags)
{
    begin(thread, CONF_VERB_POLL, P, 64, CONF_WAIT_FOREVER);
    event(thread, token, flags);
    end(thread, CONF_VERB_POLL, P, CONF_WORD_DONE, 1, 0);
}

static void plain(enum conf_record_kind kind, uint8_t source, uint64_t a, uint64_t b)
{
    see((struct conf_record){.kind = (uint16_t)kind,
                             .thread = CONF_CONTROLLER,
                             .source = source,
                             .peer = CONF_NONE,
                             .a = a,
                             .b = b});
}

static void drop(uint8_t source)
{
    plain(CONF_RECORD_DROP_BEGIN, source, 0, 0);
    plain(CONF_RECORD_DROP_END, source, 0, 0);
}

static void probe(enum conf_verb_code code, uint8_t source, enum conf_word word, uint8_t flags)
{
    struct conf_record record = {.kind = CONF_RECORD_BEGIN,
                                 .code = (uint8_t)code,
                                 .thread = CONF_CONTROLLER,
                                 .source = source,
                                 .peer = CONF_NONE,
                                 .flags = flags};

    see(record);
    record.kind = CONF_RECORD_END;
    record.word = (uint8_t)word;
    record.a = word == CONF_WORD_DONE;
    see(record);
}

static void probe_read(uint8_t source, enum conf_word word)
{
    probe(CONF_VERB_READ, source, word, CONF_RECORD_FLAG_PROBE);
}

static void open_client(uint8_t source)
{
    begin(0, CONF_VERB_OPEN, source, 0, 0);
    end(0, CONF_VERB_OPEN, source, CONF_WORD_DONE, 0, 0);
}

/* start begins a history in which everything declared exists and the clients are not open. */
static void start(void)
{
    load(cast);
    now = 0;
    conf_judge_begin(judge, &scenario, NULL, NULL, NULL);
    plain(CONF_RECORD_CREATED, P, 0, 0);
    plain(CONF_RECORD_CREATED, W, 0, 0);
    plain(CONF_RECORD_CREATED, S, 0, 0);
}

static void expect(const char *oracle)
{
    const char *found = judge->finding.oracle != NULL ? judge->finding.oracle->id : "nothing";

    if (strcmp(found, oracle != NULL ? oracle : "nothing") != 0) {
        fail_msg("found %s (%s), expected %s", found,
                 judge->finding.oracle != NULL ? judge->finding.message : "",
                 oracle != NULL ? oracle : "nothing");
    }
}

/* ---- lost-wakeup ---- */

static void readable_client_without_event_is_a_lost_wakeup(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(C, CONF_WORD_DONE);
    expect("lost-wakeup");
}

static void event_after_registration_is_no_lost_wakeup(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    poll_event(1, 7, CONF_EVENT_READABLE);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(C, CONF_WORD_DONE);
    expect(NULL);
}

static void read_that_would_block_arms_again(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    poll_event(1, 7, CONF_EVENT_READABLE);
    would_block(0, CONF_VERB_READ, C);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(C, CONF_WORD_DONE);
    expect("lost-wakeup");
}

static void event_during_the_arming_read_counts(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    begin(0, CONF_VERB_READ, C, 16, 0);
    poll_event(1, 7, CONF_EVENT_READABLE);
    end(0, CONF_VERB_READ, C, CONF_WORD_WOULD_BLOCK, 0, 0);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(C, CONF_WORD_DONE);
    expect(NULL);
}

static bool never_stepped(void *context, uint8_t thread, uint32_t from, uint32_t to)
{
    return false;
}

static void event_before_the_arming_read_does_anything_does_not_count(void **state)
{
    start();
    conf_judge_begin(judge, &scenario, NULL, never_stepped, NULL);
    plain(CONF_RECORD_CREATED, P, 0, 0);
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    begin(0, CONF_VERB_READ, C, 16, 0);
    poll_event(1, 7, CONF_EVENT_READABLE);
    end(0, CONF_VERB_READ, C, CONF_WORD_WOULD_BLOCK, 0, 0);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(C, CONF_WORD_DONE);
    expect("lost-wakeup");
}

static void server_nobody_connected_owes_no_event(void **state)
{
    start();
    register_in(0, S, 7, CONF_INTEREST_READABLE);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(S, CONF_WORD_DONE);
    expect(NULL);
}

static void accepted_connect_arms_both_directions(void **state)
{
    start();
    register_in(0, S, 7, CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE);
    would_block(0, CONF_VERB_CONNECT, S);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe(CONF_VERB_WRITE, S, CONF_WORD_DONE, CONF_RECORD_FLAG_PROBE);
    expect("lost-wakeup");
}

static void wake_without_event_is_lost(void **state)
{
    start();
    done(0, CONF_VERB_WAKE, W, 0);
    poll_event(1, 99, CONF_EVENT_READABLE);
    done(0, CONF_VERB_WAKE, W, 0);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    expect("lost-wakeup");
}

static void merged_and_failed_wakes_are_not_lost(void **state)
{
    start();
    done(0, CONF_VERB_WAKE, W, 0);
    begin(0, CONF_VERB_WAKE, W, 0, 0);
    poll_event(1, 99, CONF_EVENT_READABLE);
    end(0, CONF_VERB_WAKE, W, CONF_WORD_DONE, 0, 0);
    scenario.settings.faults = 1;
    failed(0, CONF_VERB_WAKE, W, CONF_ERROR_NO_SYSTEM_RESOURCES);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    expect(NULL);
}

static void event_before_register_returns_counts(void **state)
{
    start();
    open_client(C);
    begin(0, CONF_VERB_REGISTER, C, 7, CONF_INTEREST_READABLE);
    poll_event(1, 7, CONF_EVENT_READABLE);
    end(0, CONF_VERB_REGISTER, C, CONF_WORD_DONE, 0, 0);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(C, CONF_WORD_DONE);
    expect(NULL);
}

static void waiting_for_a_peer_that_has_gone_is_a_lost_wakeup(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    drop(S);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(C, CONF_WORD_WOULD_BLOCK);
    expect("lost-wakeup");
}

static void waiting_for_a_peer_that_stays_is_not(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(C, CONF_WORD_WOULD_BLOCK);
    expect(NULL);
}

static void peer_with_a_write_under_way_has_not_gone(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_WRITABLE);
    register_in(0, S, 8, CONF_INTEREST_WRITABLE);
    done(0, CONF_VERB_WRITE, S, 64);
    drop(S);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe(CONF_VERB_WRITE, C, CONF_WORD_WOULD_BLOCK, CONF_RECORD_FLAG_PROBE);
    expect(NULL);
}

/* ---- tokens and events ---- */

static void token_given_up_before_the_poll_is_stale(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    done(0, CONF_VERB_DEREGISTER, C, 0);
    poll_event(1, 7, CONF_EVENT_READABLE);
    expect("stale-token");
}

static void token_given_up_during_the_poll_is_not(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    begin(1, CONF_VERB_POLL, P, 64, CONF_WAIT_FOREVER);
    done(0, CONF_VERB_DEREGISTER, C, 0);
    event(1, 7, CONF_EVENT_READABLE);
    expect(NULL);
}

static void old_token_after_reregister_is_stale(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    begin(0, CONF_VERB_REREGISTER, C, 8, CONF_INTEREST_READABLE);
    end(0, CONF_VERB_REREGISTER, C, CONF_WORD_DONE, 0, 0);
    poll_event(1, 8, CONF_EVENT_READABLE);
    expect(NULL);
    poll_event(1, 7, CONF_EVENT_READABLE);
    expect("stale-token");
}

static void token_of_a_dropped_source_is_stale(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    drop(C);
    poll_event(1, 7, CONF_EVENT_READABLE);
    expect("stale-token");
}

static void token_of_a_failed_registration_is_stale(void **state)
{
    start();
    scenario.settings.faults = 1;
    open_client(C);
    begin(0, CONF_VERB_REGISTER, C, 7, CONF_INTEREST_READABLE);
    end(0, CONF_VERB_REGISTER, C, CONF_WORD_FAILED, 0, CONF_ERROR_NO_SYSTEM_RESOURCES);
    poll_event(1, 7, CONF_EVENT_READABLE);
    expect("stale-token");
}

static void waker_that_was_never_woken_is_stale(void **state)
{
    start();
    poll_event(1, 99, CONF_EVENT_READABLE);
    expect("stale-token");
}

static void readiness_outside_the_interest_is_seen(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    drop(S);
    poll_event(1, 7, CONF_EVENT_READABLE | CONF_EVENT_ERROR | CONF_EVENT_WRITE_CLOSED);
    expect(NULL);
    poll_event(1, 7, CONF_EVENT_WRITABLE);
    expect("interest-exceeded");
}

static void events_without_reasons_are_a_storm(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    for (unsigned i = 0; i < 4; i++) { /* two reasons: open and register */
        poll_event(1, 7, CONF_EVENT_READABLE);
    }
    expect(NULL);
    poll_event(1, 7, CONF_EVENT_READABLE);
    expect("event-storm");
}

static void each_read_that_would_block_is_a_reason(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    for (unsigned i = 0; i < 32; i++) {
        poll_event(1, 7, CONF_EVENT_READABLE);
        would_block(0, CONF_VERB_READ, C);
    }
    expect(NULL);
}

static void early_return_without_event_is_seen(void **state)
{
    start();
    begin(1, CONF_VERB_POLL, P, 64, 5000000);
    end(1, CONF_VERB_POLL, P, CONF_WORD_DONE, 0, 5000000);
    expect(NULL);
    begin(1, CONF_VERB_POLL, P, 64, CONF_WAIT_FOREVER);
    end(1, CONF_VERB_POLL, P, CONF_WORD_IDLE, 0, 0);
    expect(NULL);
    begin(1, CONF_VERB_POLL, P, 64, 5000000);
    end(1, CONF_VERB_POLL, P, CONF_WORD_DONE, 0, 4999999);
    expect("empty-poll");
}

/* A poll waits until nothing can happen any more, and is ended. */
static void poll_in_vain(uint8_t thread)
{
    begin(thread, CONF_VERB_POLL, P, 64, CONF_WAIT_FOREVER);
    see((struct conf_record){.kind = CONF_RECORD_IDLE,
                             .code = CONF_VERB_POLL,
                             .thread = thread,
                             .source = P,
                             .peer = CONF_NONE});
    end(thread, CONF_VERB_POLL, P, CONF_WORD_IDLE, 0, 0);
}

static void event_that_a_poll_slept_through_is_overdue(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    poll_in_vain(1);
    expect(NULL);
    poll_event(1, 7, CONF_EVENT_READABLE);
    expect("overdue-event");
}

static void event_after_something_was_done_is_in_time(void **state)
{
    start();
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    poll_in_vain(1);
    would_block(0, CONF_VERB_READ, C);
    poll_event(1, 7, CONF_EVENT_READABLE);
    expect(NULL);
}

static void event_of_a_source_that_was_refused_is_in_time(void **state)
{
    start();
    scenario.settings.faults = 1;
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    failed(0, CONF_VERB_READ, C, CONF_ERROR_NOT_ENOUGH_MEMORY);
    poll_in_vain(1);
    poll_event(1, 7, CONF_EVENT_READABLE);
    expect(NULL);
}

static void event_behind_a_short_read_may_be_refused(void **state)
{
    for (uint8_t faults = 0; faults < 2; faults++) {
        start();
        scenario.settings.faults = faults;
        open_client(C);
        register_in(0, C, 7, CONF_INTEREST_READABLE);
        begin(0, CONF_VERB_READ, C, 16, 0);
        end(0, CONF_VERB_READ, C, CONF_WORD_DONE, 3, 0);
        poll_in_vain(1);
        poll_event(1, 7, CONF_EVENT_READABLE);
        expect(faults == 0 ? "overdue-event" : NULL);
    }
}

static void event_where_rest_is_guessed_is_in_time(void **state)
{
    start();
    judge->guesses_rest = true;
    open_client(C);
    register_in(0, C, 7, CONF_INTEREST_READABLE);
    poll_in_vain(1);
    poll_event(1, 7, CONF_EVENT_READABLE);
    expect(NULL);
}

/* ---- data ---- */

static void connect_pair(void)
{
    register_in(0, S, 7, CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE);
    would_block(0, CONF_VERB_CONNECT, S);
    open_client(C);
    register_in(0, C, 8, CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE);
}

static void end_without_a_closed_peer_is_false(void **state)
{
    start();
    connect_pair();
    begin(0, CONF_VERB_READ, S, 16, 0);
    end(0, CONF_VERB_READ, S, CONF_WORD_CLOSED, 0, CONF_ERROR_BROKEN_PIPE);
    expect("false-eof");
}

static void end_after_the_peer_left_is_right(void **state)
{
    start();
    connect_pair();
    drop(C);
    poll_event(1, 7, CONF_EVENT_READABLE | CONF_EVENT_READ_CLOSED);
    begin(0, CONF_VERB_READ, S, 16, 0);
    end(0, CONF_VERB_READ, S, CONF_WORD_CLOSED, 0, CONF_ERROR_BROKEN_PIPE);
    expect(NULL);
}

static void peer_of_another_epoch_explains_no_end(void **state)
{
    start();
    connect_pair();
    drop(C);
    done(0, CONF_VERB_DISCONNECT, S, 0);
    would_block(0, CONF_VERB_CONNECT, S);
    open_client(R);
    poll_event(1, 7, CONF_EVENT_READABLE | CONF_EVENT_READ_CLOSED);
    expect("false-eof");
}

static void end_before_all_bytes_is_data_loss(void **state)
{
    start();
    connect_pair();
    done(0, CONF_VERB_WRITE, C, 10);
    see((struct conf_record){.kind = CONF_RECORD_BOUND, .source = S, .peer = C});
    done(0, CONF_VERB_READ, S, 6);
    drop(C);
    begin(0, CONF_VERB_READ, S, 16, 0);
    end(0, CONF_VERB_READ, S, CONF_WORD_CLOSED, 0, CONF_ERROR_BROKEN_PIPE);
    expect("data-loss");
}

static void end_after_all_bytes_is_no_loss(void **state)
{
    start();
    connect_pair();
    done(0, CONF_VERB_WRITE, C, 10);
    see((struct conf_record){.kind = CONF_RECORD_BOUND, .source = S, .peer = C});
    done(0, CONF_VERB_READ, S, 10);
    drop(C);
    begin(0, CONF_VERB_READ, S, 16, 0);
    end(0, CONF_VERB_READ, S, CONF_WORD_CLOSED, 0, CONF_ERROR_BROKEN_PIPE);
    expect(NULL);
}

static void bytes_cut_by_a_dropped_poll_are_excused(void **state)
{
    start();
    open_client(R);
    register_in(0, S, 7, CONF_INTEREST_WRITABLE);
    done(0, CONF_VERB_CONNECT, S, 0);
    done(0, CONF_VERB_WRITE, S, 10);
    drop(P);
    drop(S);
    begin(0, CONF_VERB_READ, R, 16, 0);
    end(0, CONF_VERB_READ, R, CONF_WORD_CLOSED, 0, CONF_ERROR_BROKEN_PIPE);
    expect(NULL);
}

static void final_read_that_would_block_loses_what_was_sent(void **state)
{
    start();
    connect_pair();
    done(0, CONF_VERB_WRITE, C, 10);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe(CONF_VERB_READ, S, CONF_WORD_WOULD_BLOCK, CONF_RECORD_FLAG_FINAL);
    expect("data-loss");
}

static void mismatches_are_named_by_their_kind(void **state)
{
    static const char *const oracle[] = {
        [CONF_MISMATCH_CORRUPT] = "data-corruption",
        [CONF_MISMATCH_HOLE] = "data-loss",
        [CONF_MISMATCH_CONNECTION] = "cross-connection",
    };

    for (unsigned i = 0; i < CONF_MISMATCH_COUNT; i++) {
        start();
        connect_pair();
        see((struct conf_record){.kind = CONF_RECORD_MISMATCH, .code = (uint8_t)i, .source = S});
        expect(oracle[i]);
    }
}

/* ---- errors ---- */

static void unexplained_error_is_wrong(void **state)
{
    start();
    connect_pair();
    failed(0, CONF_VERB_READ, S, CONF_ERROR_OPERATION_ABORTED);
    expect("wrong-error");
}

static void explained_errors_are_right(void **state)
{
    start();
    connect_pair();
    failed(0, CONF_VERB_REGISTER, S, CONF_ERROR_ALREADY_EXISTS);
    failed(0, CONF_VERB_CONNECT, C, CONF_ERROR_INVALID_FUNCTION);
    failed(0, CONF_VERB_OPEN, R, CONF_ERROR_PIPE_BUSY);
    drop(C);
    failed(0, CONF_VERB_WRITE, S, CONF_ERROR_NO_DATA);
    done(0, CONF_VERB_DISCONNECT, S, 0);
    failed(0, CONF_VERB_READ, S, CONF_ERROR_PIPE_NOT_CONNECTED);
    done(0, CONF_VERB_DEREGISTER, S, 0);
    failed(0, CONF_VERB_DEREGISTER, S, CONF_ERROR_NOT_FOUND);
    drop(P);
    failed(0, CONF_VERB_READ, S, CONF_ERROR_INVALID_HANDLE);
    expect(NULL);
}

static void error_of_an_old_connection_is_wrong_for_take_error(void **state)
{
    start();
    connect_pair();
    begin(0, CONF_VERB_TAKE_ERROR, S, 0, 0);
    end(0, CONF_VERB_TAKE_ERROR, S, CONF_WORD_DONE, CONF_ERROR_OPERATION_ABORTED, 0);
    expect("wrong-error");
}

static void disconnected_explains_nothing_once_connect_was_taken_on(void **state)
{
    start();
    register_in(0, S, 7, CONF_INTEREST_READABLE);
    done(0, CONF_VERB_DISCONNECT, S, 0);
    failed(0, CONF_VERB_READ, S, CONF_ERROR_PIPE_NOT_CONNECTED);
    expect(NULL);
    would_block(0, CONF_VERB_CONNECT, S);
    failed(0, CONF_VERB_READ, S, CONF_ERROR_PIPE_NOT_CONNECTED);
    expect("wrong-error");
}

static void poll_that_fails_is_wrong(void **state)
{
    start();
    failed(0, CONF_VERB_POLL, P, CONF_ERROR_INVALID_HANDLE);
    expect("wrong-error");
}

static void resource_errors_need_faults(void **state)
{
    start();
    scenario.settings.faults = 1;
    failed(0, CONF_VERB_WAKE, W, CONF_ERROR_NO_SYSTEM_RESOURCES);
    expect(NULL);
    scenario.settings.faults = 0;
    failed(0, CONF_VERB_WAKE, W, CONF_ERROR_NO_SYSTEM_RESOURCES);
    expect("wrong-error");
}

static void registering_twice_must_be_refused(void **state)
{
    start();
    connect_pair();
    register_in(0, S, 8, CONF_INTEREST_READABLE);
    expect("missing-error");
}

static void ending_no_registration_must_be_refused(void **state)
{
    start();
    done(0, CONF_VERB_DEREGISTER, S, 0);
    expect("missing-error");
}

static void operations_without_a_poll_must_fail(void **state)
{
    start();
    connect_pair();
    drop(P);
    would_block(0, CONF_VERB_READ, S);
    expect("missing-error");
}

static void transfers_without_a_registration_must_not_be_done(void **state)
{
    start();
    open_client(C);
    would_block(0, CONF_VERB_READ, C);
    expect(NULL);
    done(0, CONF_VERB_WRITE, C, 16);
    expect("missing-error");
}

static void wake_without_a_poll_must_fail(void **state)
{
    start();
    drop(P);
    failed(0, CONF_VERB_WAKE, W, CONF_ERROR_INVALID_HANDLE);
    expect(NULL);
    done(0, CONF_VERB_WAKE, W, 0);
    expect("missing-error");
}

static void failed_registration_changes_nothing(void **state)
{
    start();
    scenario.settings.faults = 1;
    connect_pair();
    failed(0, CONF_VERB_REREGISTER, S, CONF_ERROR_NO_SYSTEM_RESOURCES);
    poll_event(1, 7, CONF_EVENT_WRITABLE);
    expect(NULL);
    poll_event(1, 16, CONF_EVENT_WRITABLE); /* the token that `failed` asked for */
    expect("stale-token");
}

static void error_that_was_told_must_be_returned(void **state)
{
    start();
    connect_pair();
    drop(C);
    poll_event(1, 7, CONF_EVENT_WRITABLE | CONF_EVENT_ERROR);
    failed(0, CONF_VERB_WRITE, S, CONF_ERROR_NO_DATA);
    expect(NULL);
    poll_event(1, 7, CONF_EVENT_WRITABLE | CONF_EVENT_ERROR);
    would_block(0, CONF_VERB_WRITE, S);
    expect("missing-error");
}

static void error_that_may_have_been_returned_before_is_not_owed(void **state)
{
    start();
    connect_pair();
    begin(1, CONF_VERB_POLL, P, 64, CONF_WAIT_FOREVER);
    would_block(0, CONF_VERB_WRITE, S);
    event(1, 7, CONF_EVENT_WRITABLE | CONF_EVENT_ERROR);
    end(1, CONF_VERB_POLL, P, CONF_WORD_DONE, 1, 0);
    would_block(0, CONF_VERB_WRITE, S);
    expect(NULL);
}

static void each_fault_is_one_error(void **state)
{
    start();
    scenario.settings.faults = 1;
    connect_pair();
    failed(0, CONF_VERB_READ, S, CONF_ERROR_NO_SYSTEM_RESOURCES);
    expect(NULL);
    failed(0, CONF_VERB_READ, S, CONF_ERROR_NO_SYSTEM_RESOURCES);
    expect("missing-error");
}

static void event_of_a_connection_that_was_ended_is_of_the_past(void **state)
{
    start();
    connect_pair();
    done(0, CONF_VERB_DISCONNECT, S, 0);
    poll_event(1, 7, CONF_EVENT_WRITABLE);
    expect("cross-connection");
}

static void server_without_a_client_is_not_ready(void **state)
{
    start();
    register_in(0, S, 7, CONF_INTEREST_WRITABLE);
    would_block(0, CONF_VERB_CONNECT, S);
    poll_event(1, 7, CONF_EVENT_WRITABLE);
    expect("cross-connection");
}

static void error_of_one_direction_excuses_nothing_in_the_other(void **state)
{
    start();
    connect_pair();
    drop(C);
    poll_event(1, 7, CONF_EVENT_WRITABLE | CONF_EVENT_ERROR | CONF_EVENT_WRITE_CLOSED);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe_read(S, CONF_WORD_CLOSED);
    expect("lost-wakeup");
}

/* ---- objects, progress, outcomes ---- */

static void dispatch(uint32_t references, uint32_t in_flight)
{
    plain(CONF_RECORD_DISPATCH, CONF_NONE, 1, (uint64_t)references << 32 | in_flight);
}

static void dispatch_needs_a_reference_for_each_packet(void **state)
{
    start();
    dispatch(1, 0);
    dispatch(2, 1);
    expect(NULL);
    dispatch(1, 1);
    expect("reference-underflow");
}

static void release_of_nothing_is_an_underflow(void **state)
{
    start();
    plain(CONF_RECORD_RELEASE, CONF_NONE, 1, 1);
    expect(NULL);
    plain(CONF_RECORD_RELEASE, CONF_NONE, 1, 0);
    expect("reference-underflow");
}

static void object_gone_with_references_is_an_underflow(void **state)
{
    start();
    plain(CONF_RECORD_OBJECT_GONE, CONF_NONE, 1, 0);
    expect(NULL);
    plain(CONF_RECORD_OBJECT_GONE, CONF_NONE, 1, 1);
    expect("reference-underflow");
}

static void references_match_requests_when_settled(void **state)
{
    start();
    plain(CONF_RECORD_SETTLED, CONF_NONE, 2, 2);
    expect(NULL);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 2, 1);
    expect("reference-leak");
    start();
    plain(CONF_RECORD_SETTLED, CONF_NONE, 1, 2);
    expect("reference-underflow");
}

static void nothing_is_left_at_the_end(void **state)
{
    start();
    done(0, CONF_VERB_WAKE, W, 0);
    judge->label_word[0] = CONF_WORD_DONE;
    plain(CONF_RECORD_LEFT, CONF_NONE, 0, 0);
    expect(NULL);
    plain(CONF_RECORD_LEFT, CONF_NONE, 0, 1);
    expect("reference-leak");
    start();
    plain(CONF_RECORD_LEFT, CONF_NONE, 1, 0);
    expect("memory-leak");
}

static void forbidden_transition_is_seen(void **state)
{
    struct conf_record record = {.kind = CONF_RECORD_STATE, .word = 1, .source = CONF_NONE};

    start();
    see(record);
    expect(NULL);
    record.word = 0;
    see(record);
    expect("illegal-transition");
}

static void stuck(enum conf_verb_code code, uint8_t source)
{
    see((struct conf_record){
        .kind = CONF_RECORD_STUCK, .code = (uint8_t)code, .thread = 0, .source = source});
}

static void stuck_verb_is_a_deadlock_and_stuck_poll_a_lost_wakeup(void **state)
{
    start();
    stuck(CONF_VERB_REGISTER, S);
    expect("deadlock");
    start();
    stuck(CONF_VERB_POLL, P);
    expect("lost-wakeup");
}

static void outcome_must_be_allowed(void **state)
{
    struct conf_record record = {.kind = CONF_RECORD_END,
                                 .code = CONF_VERB_WAKE,
                                 .word = CONF_WORD_DONE,
                                 .source = W,
                                 .c = 1};

    start();
    see(record);
    plain(CONF_RECORD_LEFT, CONF_NONE, 0, 0);
    expect(NULL);
    start();
    record.word = CONF_WORD_WOULD_BLOCK;
    see(record);
    plain(CONF_RECORD_LEFT, CONF_NONE, 0, 0);
    expect("outcome");
}

static void oracles_not_asked_for_are_silent(void **state)
{
    start();
    scenario.forbid_given = 1;
    scenario.forbid_count = 1;
    snprintf(scenario.forbid[0], sizeof(scenario.forbid[0]), "lost-wakeup");
    conf_judge_begin(judge, &scenario, NULL, NULL, NULL);
    poll_event(1, 99, CONF_EVENT_READABLE);
    expect(NULL);
    stuck(CONF_VERB_POLL, P);
    expect("lost-wakeup");
}

/* ---- flaws of a port ---- */

/* A little of everything: two connections in turn, both directions, a waker, an idle poll. */
static const char round_trip[] = "scenario round-trip\n"
                                 "source P poll\n"
                                 "source W waker in=P token=99\n"
                                 "source S pipe-server name=a\n"
                                 "source C pipe-client name=a\n"
                                 "source D pipe-client name=a\n"
                                 "thread T0\n"
                                 "  register S in P token=7 interest=r\n"
                                 "  connect S\n"
                                 "  read S 16\n"
                                 "  open C\n"
                                 "  register C in P token=8 interest=rw\n"
                                 "  write C 40\n"
                                 "  poll P timeout=10\n"
                                 "  read S 16\n"
                                 "  read S 16\n"
                                 "  wake W\n"
                                 "  poll P timeout=10\n"
                                 "  poll P timeout=inf\n"
                                 "  deregister C in P\n"
                                 "  drop C\n"
                                 "  disconnect S\n"
                                 "  connect S\n"
                                 "  open D\n"
                                 "  register D in P token=9 interest=rw\n"
                                 "  write D 40\n"
                                 "  poll P timeout=10\n"
                                 "  read S 64\n"
                                 "  read S 64\n"
                                 "  poll P timeout=10\n"
                                 "  write D 5\n"
                                 "  poll P timeout=inf\n"
                                 "  poll P timeout=inf\n";

static struct sim_world *world;
static struct conf_runner *runner;

static void expect_on(const struct conf_port *port, const char *oracle)
{
    struct sim_outcome outcome;

    conf_world_sim_run(runner, port, &scenario, world, &sim_source_dull, &outcome);
    if (outcome.oracle == NULL && oracle == NULL) {
        return;
    }
    if (outcome.oracle == NULL || oracle == NULL || strcmp(outcome.oracle, oracle) != 0) {
        conf_world_sim_history(&scenario, port, world, false, stdout);
        fail_msg("port %s: found %s (%s), expected %s", port->name,
                 outcome.oracle != NULL ? outcome.oracle : "nothing", outcome.message,
                 oracle != NULL ? oracle : "nothing");
    }
}

static void core_makes_the_round_trip(void **state)
{
    load(round_trip);
    expect_on(&conf_port_core, NULL);
}

static void each_flaw_is_found_by_its_oracle(void **state)
{
    load(round_trip);
    for (const struct conf_flaw *flaw = conf_flaws; flaw->name != NULL; flaw++) {
        const struct conf_port *port = conf_port_broken(flaw->name);
        assert_non_null(port);
        scenario.forbid_given = 1;
        scenario.forbid_count = 1;
        snprintf(scenario.forbid[0], sizeof(scenario.forbid[0]), "%s", flaw->oracle);
        expect_on(port, flaw->oracle);
    }
    assert_null(conf_port_broken("no such flaw"));
}

/* A little of everything: a connection with an end, datagrams, a user-made source. */
static const char round_trip_of_sockets[] = "scenario round-trip-of-sockets\n"
                                            "set network=prompt\n"
                                            "source P poll\n"
                                            "source U user-source\n"
                                            "source L tcp-listener name=a\n"
                                            "source S tcp-accepted name=a\n"
                                            "source C tcp-stream name=a\n"
                                            "source K tcp-listener name=k\n"
                                            "source D tcp-stream name=k\n"
                                            "source A udp name=d\n"
                                            "source B udp name=e\n"
                                            "thread T0\n"
                                            "  register K in P token=5 interest=r\n"
                                            "  register L in P token=7 interest=r\n"
                                            "  register U in P token=6 interest=rw\n"
                                            "  register A in P token=9 interest=r\n"
                                            "  ready U flags=r\n"
                                            "  connect C\n"
                                            "  poll P timeout=10\n"
                                            "  accept L as S\n"
                                            "  accept L as S\n"
                                            "  register S in P token=8 interest=rw\n"
                                            "  address S of=local\n"
                                            "  read S 16\n"
                                            "  write C 8\n"
                                            "  poll P timeout=10\n"
                                            "  peek S 4\n"
                                            "  read S 16\n"
                                            "  read S 16\n"
                                            "  send-to B 5 to A\n"
                                            "  send-to B 9 to A\n"
                                            "  poll P timeout=10\n"
                                            "  recv-from A 32\n"
                                            "  recv-from A 7\n"
                                            "  recv-from A 7\n"
                                            "  shutdown C how=write\n"
                                            "  poll P timeout=10\n"
                                            "  read S 16\n"
                                            "  connect D\n";

static void core_makes_the_round_trip_of_sockets(void **state)
{
    load(round_trip_of_sockets);
    expect_on(&conf_port_core, NULL);
}

/* S registers, fills what the peer has room for, and waits to write. */
static const char write_to_an_end[] = "scenario write-to-an-end\n"
                                      "set network=prompt socket-buffer=4\n"
                                      "source P poll\n"
                                      "source L tcp-listener name=a\n"
                                      "source S tcp-accepted name=a\n"
                                      "source C tcp-stream name=a\n"
                                      "thread T0\n"
                                      "  connect C\n"
                                      "  accept L as S\n"
                                      "  register S in P token=1 interest=rw\n"
                                      "  shutdown C how=write\n"
                                      "  write S 16\n"
                                      "  write S 16\n"
                                      "  write S 16\n";

static void peer_that_ends_what_it_sends_is_not_gone_for_a_writer(void **state)
{
    load(write_to_an_end);
    expect_on(&conf_port_core, NULL);
}

/* The sources of the scenario are there, but for TCP streams; nothing has happened. */
static void start_with(const char *text)
{
    load(text);
    now = 0;
    conf_judge_begin(judge, &scenario, NULL, NULL, NULL);
    for (uint8_t i = 0; i < scenario.source_count; i++) {
        if (!conf_kind_is_tcp_stream((enum conf_source_kind)scenario.source[i].kind)) {
            plain(CONF_RECORD_CREATED, i, 0, 0);
        }
    }
}

/* C (source 3) has written `held` bytes to who reads none of them, and then found no room. */
static void fill_and_probe(uint64_t held)
{
    start_with(write_to_an_end);
    done(0, CONF_VERB_CONNECT, 3, 0);
    register_in(0, 3, 7, CONF_INTEREST_WRITABLE);
    poll_event(0, 7, CONF_EVENT_WRITABLE);
    done(0, CONF_VERB_WRITE, 3, held);
    would_block(0, CONF_VERB_WRITE, 3);
    plain(CONF_RECORD_SETTLED, CONF_NONE, 0, 0);
    probe(CONF_VERB_WRITE, 3, CONF_WORD_DONE, CONF_RECORD_FLAG_PROBE);
}

static void room_of_less_than_half_a_buffer_need_not_be_told(void **state)
{
    fill_and_probe(7);
    expect(NULL);
    fill_and_probe(6);
    expect("lost-wakeup");
}

static const char three_that_send[] = "scenario three-that-send\n"
                                      "source P poll\n"
                                      "source A udp name=d\n"
                                      "source B udp name=e\n"
                                      "source C udp name=f\n"
                                      "thread T0\n"
                                      "  connect B to A\n"
                                      "  connect C to A\n"
                                      "thread T1\n"
                                      "  connect B to A\n"
                                      "  connect C to B\n";

static void send_nothing_to(uint8_t writer, uint8_t reader)
{
    struct conf_record record = {.kind = CONF_RECORD_BEGIN,
                                 .code = CONF_VERB_SEND_TO,
                                 .source = writer,
                                 .peer = reader,
                                 .b = CONF_CAST_ONE};

    see(record);
    record.kind = CONF_RECORD_END;
    record.word = CONF_WORD_DONE;
    record.b = 0;
    see(record);
}

static void empty_datagram_of_nobody_knows_whom_uses_none_up(void **state)
{
    const uint8_t nothing[1] = {0};
    struct conf_datagram_report report;

    start_with(three_that_send);
    send_nothing_to(2, 1);
    report = conf_datagram_check(&judge->model, 1, CONF_NONE, nothing, 0, false);
    assert_true(report.known && report.writer == 2);
    send_nothing_to(3, 1);
    report = conf_datagram_check(&judge->model, 1, CONF_NONE, nothing, 0, false);
    assert_true(!report.known && !report.mismatch);
    report = conf_datagram_check(&judge->model, 1, 3, nothing, 0, false);
    assert_true(report.known && report.writer == 3);
    report = conf_datagram_check(&judge->model, 1, CONF_NONE, nothing, 1, false);
    assert_true(report.mismatch);
}

/* Two threads send a byte each, one after the other or at once; the reader has room for none. */
static bool is_known_by_nothing(bool at_once)
{
    struct conf_record record = {
        .code = CONF_VERB_SEND_TO, .source = 2, .peer = 1, .a = 1, .b = CONF_CAST_ONE};

    start_with(three_that_send);
    for (uint8_t step = 0; step < 4; step++) {
        record.kind = (at_once ? step < 2 : step % 2 == 0) ? CONF_RECORD_BEGIN : CONF_RECORD_END;
        record.thread = at_once ? step % 2 : step / 2;
        record.word = CONF_WORD_DONE;
        see(record);
    }
    return conf_datagram_check(&judge->model, 1, 2, (const uint8_t *)"", 0, true).known;
}

static void one_of_two_datagrams_sent_at_once_is_not_known_by_nothing(void **state)
{
    assert_true(is_known_by_nothing(false));
    assert_false(is_known_by_nothing(true));
}

static void peer_is_open_only_if_threads_set_different_ones(void **state)
{
    start_with(three_that_send);
    assert_false(conf_datagram_peer_is_open(&judge->model, 2));
    assert_true(conf_datagram_peer_is_open(&judge->model, 3));
}

/* Source 2 is connected to source 1, with the word that comes of it; ask_for_peer asks for its
 * peer, whose name is number `name`. */
static void connect_to_first(uint8_t thread, enum conf_word word)
{
    struct conf_record record = {.kind = CONF_RECORD_BEGIN,
                                 .code = CONF_VERB_CONNECT,
                                 .thread = thread,
                                 .source = 2,
                                 .peer = 1};

    see(record);
    if (word != CONF_WORD_COUNT) {
        end(thread, CONF_VERB_CONNECT, 2, word, 0, 0);
    }
}

static void ask_for_peer(uint8_t thread, uint64_t name)
{
    begin(thread, CONF_VERB_ADDRESS, 2, 0, CONF_ADDRESS_PEER);
    end(thread, CONF_VERB_ADDRESS, 2, CONF_WORD_DONE, name, 0);
}

static void peer_is_whom_a_socket_was_connected_to(void **state)
{
    start_with(three_that_send);
    connect_to_first(0, CONF_WORD_DONE);
    ask_for_peer(0, 1);
    expect(NULL);
    ask_for_peer(0, 2);
    expect("wrong-result");
}

static void peer_is_open_while_a_socket_is_connected(void **state)
{
    start_with(three_that_send);
    begin(1, CONF_VERB_ADDRESS, 2, 0, CONF_ADDRESS_PEER);
    connect_to_first(0, CONF_WORD_DONE);
    end(1, CONF_VERB_ADDRESS, 2, CONF_WORD_DONE, 2, 0);
    expect(NULL);
    connect_to_first(0, CONF_WORD_COUNT);
    ask_for_peer(1, 2);
    expect(NULL);
}

static void peer_is_open_after_a_connect_that_failed(void **state)
{
    start_with(three_that_send);
    scenario.settings.faults = 1;
    connect_to_first(0, CONF_WORD_DONE);
    begin(0, CONF_VERB_CONNECT, 2, 0, 0);
    end(0, CONF_VERB_CONNECT, 2, CONF_WORD_FAILED, 0, CONF_ERROR_NOT_ENOUGH_MEMORY);
    ask_for_peer(0, 2);
    expect(NULL);
}

/* Registers the listener (source 1), without success. */
static void fail_to_register(uint8_t layers, uint8_t faults)
{
    start_with(write_to_an_end);
    scenario.settings.layers = layers;
    scenario.settings.faults = faults;
    failed(0, CONF_VERB_REGISTER, 1, CONF_ERROR_NOT_SUPPORTED);
}

static void unanswered_questions_take_a_layer_that_hides_and_three_faults(void **state)
{
    fail_to_register(2, 3);
    expect(NULL);
    fail_to_register(2, 2);
    expect("wrong-error");
    fail_to_register(1, 3);
    expect("wrong-error");
}

static void each_flaw_of_sockets_is_found_by_its_oracle(void **state)
{
    for (const struct conf_flaw *flaw = conf_socket_flaws; flaw->name != NULL; flaw++) {
        const struct conf_port *port = conf_port_broken(flaw->name);

        assert_non_null(port);
        load(round_trip_of_sockets);
        scenario.forbid_given = 1;
        scenario.forbid_count = 1;
        snprintf(scenario.forbid[0], sizeof(scenario.forbid[0]), "%s", flaw->oracle);
        expect_on(port, flaw->oracle);
    }
}

/* ---- the table ---- */

static void table_and_list_of_ids_agree(void **state)
{
    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        const struct conf_oracle *oracle = &conf_oracle_table[i];
        assert_string_equal(oracle->id, conf_oracle_ids[i]);
        assert_ptr_equal(conf_oracle_find(oracle->id), oracle);
        assert_true(strlen(oracle->id) < CONF_NAME_MAX);
        assert_true((oracle->kinds == 0) == (oracle->see == NULL));
    }
    assert_null(conf_oracle_ids[CONF_ORACLE_COUNT]);
}

/* Scenarios by the kinds of their sources, and what a breach of an oracle is a breach of. */
static const struct {
    uint8_t kind[3];
    const char *oracle, *clause;
} breaches[] = {
    {{CONF_POLL, CONF_PIPE_SERVER, CONF_RAW_PIPE_CLIENT}, "data-loss", "PIPE-4"},
    {{CONF_POLL, CONF_TCP_STREAM, CONF_RAW_TCP_LISTENER}, "data-loss", "NET-3"},
    {{CONF_DUPLEX, CONF_TASK, CONF_DUPLEX}, "data-loss", "STREAM-2"},
    {{CONF_POLL, CONF_TCP_STREAM, CONF_PIPE_SERVER}, "data-loss", "PIPE-4"}, /* several kinds */
    {{CONF_POLL, CONF_PIPE_SERVER, CONF_PIPE_CLIENT}, "false-eof", "PIPE-5"},
    {{CONF_POLL, CONF_TCP_ACCEPTED, CONF_WAKER}, "false-eof", "NET-4"},
    {{CONF_POLL, CONF_SIMPLEX, CONF_WAKER}, "false-eof", "STREAM-3"},
    {{CONF_POLL, CONF_TCP_LISTENER, CONF_TCP_STREAM}, "wrong-error", "NET-7"},
    {{CONF_POLL, CONF_UDP, CONF_RAW_UDP}, "wrong-error", "NET-8"},
    {{CONF_POLL, CONF_UDP, CONF_UDP}, "data-corruption", "NET-8"},
    {{CONF_POLL, CONF_UDP, CONF_TCP_LISTENER}, "data-corruption", "PIPE-3"},
    {{CONF_POLL, CONF_UDP, CONF_UDP}, "cross-connection", "NET-8"},
    {{CONF_SIMPLEX, CONF_TASK, CONF_READ_HALF}, "lost-wakeup", "STREAM-4"},
    {{CONF_POLL, CONF_SIMPLEX, CONF_TASK}, "lost-wakeup", "POLL-1"}, /* an event says so */
    {{CONF_SIMPLEX, CONF_TASK, CONF_TASK}, "wrong-result", "STREAM-1"},
    {{CONF_POLL, CONF_UDP, CONF_UDP}, "wrong-result", "NET-11"},
    {{CONF_POLL, CONF_USER_SOURCE, CONF_WAKER}, "event-storm", "USER-1"},
    {{CONF_POLL, CONF_USER_SOURCE, CONF_WAKER}, "wrong-event", "USER-2"},
    {{CONF_POLL, CONF_WAKER, CONF_WAKER}, "lost-wakeup", "POLL-1"},
    {{CONF_POLL, CONF_TCP_LISTENER, CONF_WAKER}, "no-such-oracle", ""},
};

static const char *clause_of_breach(size_t index)
{
    static struct conf_scenario of_kinds;

    of_kinds.source_count = 3;
    for (unsigned i = 0; i < 3; i++) {
        of_kinds.source[i].kind = breaches[index].kind[i];
    }
    return conf_oracle_clause(breaches[index].oracle, &of_kinds);
}

static void clause_follows_the_kind_of_the_sources(void **state)
{
    for (size_t i = 0; i < sizeof(breaches) / sizeof(breaches[0]); i++) {
        assert_string_equal(clause_of_breach(i), breaches[i].clause);
    }
    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        const struct conf_oracle *oracle = &conf_oracle_table[i];
        assert_string_equal(conf_oracle_clause(oracle->id, NULL), oracle->clause);
    }
}

/* The row of a clause starts with `| CLAUSE |`, names its oracles and has their level. */
static void expect_row(const char *contract, const char *clause, const struct conf_oracle *oracle)
{
    char head[64], id[64], row[4096];
    const char *line;

    snprintf(head, sizeof(head), "\n| %s |", clause);
    snprintf(id, sizeof(id), "`%s`", oracle->id);
    line = strstr(contract, head);
    if (line == NULL) {
        fail_msg("CONTRACT.md has no clause %s", clause);
    }
    snprintf(row, sizeof(row), "%.*s", (int)strcspn(line + 1, "\n"), line + 1);
    if (strstr(row, id) == NULL) {
        fail_msg("clause %s does not name %s", clause, id);
    }
    if (strstr(row, oracle->level == CONF_MUST ? "| MUST |" : "| SHOULD |") == NULL) {
        fail_msg("clause %s has another level", clause);
    }
}

static void contract_has_a_row_for_each_oracle(void **state)
{
    static char contract[65536];
    FILE *file = fopen(CONF_SOURCE_DIR "/conformance/CONTRACT.md", "r");
    size_t size;

    assert_non_null(file);
    size = fread(contract, 1, sizeof(contract) - 1, file);
    fclose(file);
    assert_true(size > 0 && size < sizeof(contract) - 1);
    contract[size] = 0;
    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        expect_row(contract, conf_oracle_table[i].clause, &conf_oracle_table[i]);
    }
    for (size_t i = 0; i < sizeof(breaches) / sizeof(breaches[0]); i++) {
        if (conf_oracle_find(breaches[i].oracle) != NULL) {
            expect_row(contract, clause_of_breach(i), conf_oracle_find(breaches[i].oracle));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readable_client_without_event_is_a_lost_wakeup),
        cmocka_unit_test(event_after_registration_is_no_lost_wakeup),
        cmocka_unit_test(read_that_would_block_arms_again),
        cmocka_unit_test(event_during_the_arming_read_counts),
        cmocka_unit_test(event_before_the_arming_read_does_anything_does_not_count),
        cmocka_unit_test(server_nobody_connected_owes_no_event),
        cmocka_unit_test(accepted_connect_arms_both_directions),
        cmocka_unit_test(wake_without_event_is_lost),
        cmocka_unit_test(merged_and_failed_wakes_are_not_lost),
        cmocka_unit_test(event_before_register_returns_counts),
        cmocka_unit_test(waiting_for_a_peer_that_has_gone_is_a_lost_wakeup),
        cmocka_unit_test(waiting_for_a_peer_that_stays_is_not),
        cmocka_unit_test(peer_with_a_write_under_way_has_not_gone),
        cmocka_unit_test(token_given_up_before_the_poll_is_stale),
        cmocka_unit_test(token_given_up_during_the_poll_is_not),
        cmocka_unit_test(old_token_after_reregister_is_stale),
        cmocka_unit_test(token_of_a_dropped_source_is_stale),
        cmocka_unit_test(token_of_a_failed_registration_is_stale),
        cmocka_unit_test(waker_that_was_never_woken_is_stale),
        cmocka_unit_test(readiness_outside_the_interest_is_seen),
        cmocka_unit_test(events_without_reasons_are_a_storm),
        cmocka_unit_test(each_read_that_would_block_is_a_reason),
        cmocka_unit_test(early_return_without_event_is_seen),
        cmocka_unit_test(event_that_a_poll_slept_through_is_overdue),
        cmocka_unit_test(event_after_something_was_done_is_in_time),
        cmocka_unit_test(event_of_a_source_that_was_refused_is_in_time),
        cmocka_unit_test(event_behind_a_short_read_may_be_refused),
        cmocka_unit_test(event_where_rest_is_guessed_is_in_time),
        cmocka_unit_test(end_without_a_closed_peer_is_false),
        cmocka_unit_test(end_after_the_peer_left_is_right),
        cmocka_unit_test(peer_of_another_epoch_explains_no_end),
        cmocka_unit_test(end_before_all_bytes_is_data_loss),
        cmocka_unit_test(end_after_all_bytes_is_no_loss),
        cmocka_unit_test(bytes_cut_by_a_dropped_poll_are_excused),
        cmocka_unit_test(final_read_that_would_block_loses_what_was_sent),
        cmocka_unit_test(mismatches_are_named_by_their_kind),
        cmocka_unit_test(unexplained_error_is_wrong),
        cmocka_unit_test(explained_errors_are_right),
        cmocka_unit_test(error_of_an_old_connection_is_wrong_for_take_error),
        cmocka_unit_test(disconnected_explains_nothing_once_connect_was_taken_on),
        cmocka_unit_test(poll_that_fails_is_wrong),
        cmocka_unit_test(resource_errors_need_faults),
        cmocka_unit_test(registering_twice_must_be_refused),
        cmocka_unit_test(ending_no_registration_must_be_refused),
        cmocka_unit_test(operations_without_a_poll_must_fail),
        cmocka_unit_test(transfers_without_a_registration_must_not_be_done),
        cmocka_unit_test(wake_without_a_poll_must_fail),
        cmocka_unit_test(failed_registration_changes_nothing),
        cmocka_unit_test(error_that_was_told_must_be_returned),
        cmocka_unit_test(error_that_may_have_been_returned_before_is_not_owed),
        cmocka_unit_test(each_fault_is_one_error),
        cmocka_unit_test(event_of_a_connection_that_was_ended_is_of_the_past),
        cmocka_unit_test(server_without_a_client_is_not_ready),
        cmocka_unit_test(error_of_one_direction_excuses_nothing_in_the_other),
        cmocka_unit_test(dispatch_needs_a_reference_for_each_packet),
        cmocka_unit_test(release_of_nothing_is_an_underflow),
        cmocka_unit_test(object_gone_with_references_is_an_underflow),
        cmocka_unit_test(references_match_requests_when_settled),
        cmocka_unit_test(nothing_is_left_at_the_end),
        cmocka_unit_test(forbidden_transition_is_seen),
        cmocka_unit_test(stuck_verb_is_a_deadlock_and_stuck_poll_a_lost_wakeup),
        cmocka_unit_test(outcome_must_be_allowed),
        cmocka_unit_test(oracles_not_asked_for_are_silent),
        cmocka_unit_test(core_makes_the_round_trip),
        cmocka_unit_test(each_flaw_is_found_by_its_oracle),
        cmocka_unit_test(core_makes_the_round_trip_of_sockets),
        cmocka_unit_test(peer_that_ends_what_it_sends_is_not_gone_for_a_writer),
        cmocka_unit_test(room_of_less_than_half_a_buffer_need_not_be_told),
        cmocka_unit_test(empty_datagram_of_nobody_knows_whom_uses_none_up),
        cmocka_unit_test(one_of_two_datagrams_sent_at_once_is_not_known_by_nothing),
        cmocka_unit_test(peer_is_open_only_if_threads_set_different_ones),
        cmocka_unit_test(peer_is_whom_a_socket_was_connected_to),
        cmocka_unit_test(peer_is_open_while_a_socket_is_connected),
        cmocka_unit_test(peer_is_open_after_a_connect_that_failed),
        cmocka_unit_test(unanswered_questions_take_a_layer_that_hides_and_three_faults),
        cmocka_unit_test(each_flaw_of_sockets_is_found_by_its_oracle),
        cmocka_unit_test(table_and_list_of_ids_agree),
        cmocka_unit_test(clause_follows_the_kind_of_the_sources),
        cmocka_unit_test(contract_has_a_row_for_each_oracle),
    };
    int result;

    judge = calloc(1, sizeof(*judge));
    world = sim_world_create();
    runner = conf_runner_create();
    if (judge == NULL || world == NULL || runner == NULL) {
        return 1;
    }
    result = cmocka_run_group_tests(tests, NULL, NULL);
    conf_runner_destroy(runner);
    sim_world_destroy(world);
    free(judge);
    return result;
}
