/* The text form of scenarios: what is read, what is refused and where, and what is printed. */
#include "conformance/scenario_check.h"
#include "conformance/scenario_print.h"
#include "conformance/scenario_text.h"
#include "conformance/scenario_words.h"
#include "conformance/suites/random_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT_MAX        65536

static struct conf_scenario scenario, again;
static char first_text[TEXT_MAX], second_text[TEXT_MAX];

static bool read_string(const char *text, struct conf_scenario *out,
                        struct conf_decision_lines *decisions, struct conf_error *error)
{
    static const char *const oracles[] = {"use-after-free", "lost-wakeup", NULL};

    return conf_scenario_read(text, strlen(text), "t.scn", oracles, out, decisions, error);
}

static void expect_read(const char *text, struct conf_scenario *out)
{
    struct conf_error error;
    char message[2048];

    if (!read_string(text, out, NULL, &error)) {
        conf_error_format(&error, message, sizeof(message));
        fail_msg("%s\n%s", message, text);
    }
    assert_true(conf_scenario_check(out, NULL));
}

static void expect_error(const char *text, const char *expected)
{
    struct conf_error error;
    char message[2048];

    if (read_string(text, &scenario, NULL, &error)) {
        fail_msg("read without the error: %s\n%s", expected, text);
    }
    conf_error_format(&error, message, sizeof(message));
    assert_string_equal(message, expected);
}

/* The example of the design, with real decisions. */
static const char example[] =
    "scenario connect-races-client\n"
    "about    \"The client opens and leaves while connect() is still returning.\"\n"
    "set      result-write=early handles=reuse faults=0\n"
    "source   P poll\n"
    "source   S pipe-server name=a\n"
    "source   C pipe-client name=a            # through core\n"
    "thread   T0\n"
    "  register   S in P token=7 interest=rw\n"
    "  connect    S                 -> connected\n"
    "thread   T1\n"
    "  open       C\n"
    "  drop       C\n"
    "thread   T2\n"
    "  poll       P timeout=inf\n"
    "  read       S 16              -> got\n"
    "drop     P S C                           # order of the final drops\n"
    "forbid   use-after-free lost-wakeup      # or require\n"
    "outcome  connected got\n"
    "allow    would-block,would-block | would-block,closed | done,would-block | done,closed\n"
    "decisions 2\n"
    "  after T0 ConnectNamedPipe#3 run T1     # the client first\n"
    "\n"
    "  at T2 CancelIoEx#5 cancel later\n"
    "end\n";

static void example_means_what_it_says(void **state)
{
    const struct conf_verb *verb;

    expect_read(example, &scenario);
    assert_string_equal(scenario.name, "connect-races-client");
    assert_int_equal(scenario.settings.result_write, CONF_RESULT_EARLY);
    assert_int_equal(scenario.source_count, 3);
    assert_int_equal(scenario.source[1].kind, CONF_PIPE_SERVER);
    assert_int_equal(scenario.source[2].pipe, scenario.source[1].pipe);
    assert_int_equal(scenario.thread_count, 3);
    assert_int_equal(scenario.verb_count, 6);
    verb = &scenario.verb[0];
    assert_int_equal(verb->code, CONF_VERB_REGISTER);
    assert_int_equal(verb->source, 1);
    assert_int_equal(verb->poll, 0);
    assert_int_equal(verb->token, 7);
    assert_int_equal(verb->interest, CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE);
    assert_int_equal(verb->line, 8);
    assert_int_equal(verb->column, 3);
    verb = &scenario.verb[5];
    assert_int_equal(verb->thread, 2);
    assert_int_equal(verb->size, 16);
    assert_int_equal(verb->label, 1);
    assert_int_equal(scenario.drop_count, 3);
    assert_int_equal(scenario.forbid_count, 2);
    assert_int_equal(scenario.allow_count, 4);
    assert_int_equal(scenario.allow[3].word[1], CONF_WORD_CLOSED);
}

static void decision_lines_are_slices_with_positions(void **state)
{
    struct conf_decision_lines lines;
    struct conf_decision_line line;
    struct conf_error error;

    assert_true(read_string(example, &scenario, &lines, &error));
    assert_int_equal(lines.count, 2);
    assert_true(conf_decision_lines_next(&lines, &line));
    assert_memory_equal(line.text, "after T0 ConnectNamedPipe#3 run T1", line.length);
    assert_int_equal(line.length, strlen("after T0 ConnectNamedPipe#3 run T1"));
    assert_int_equal(line.line, 21);
    assert_int_equal(line.column, 3);
    assert_true(conf_decision_lines_next(&lines, &line));
    assert_int_equal(line.length, strlen("at T2 CancelIoEx#5 cancel later"));
    assert_int_equal(line.line, 23);
    assert_false(conf_decision_lines_next(&lines, &line));
}

static void defaults_are_what_the_table_says(void **state)
{
    expect_read("scenario s\n"
                "source P poll\nsource S raw-pipe-server name=a\n"
                "thread T\n poll P\n",
                &scenario);
    assert_int_equal(scenario.verb[0].timeout_ms, CONF_TIMEOUT_INFINITE);
    assert_int_equal(scenario.verb[0].size, 0);
    assert_int_equal(scenario.source[1].mode, CONF_PIPE_BYTE);
    assert_int_equal(scenario.source[1].blocking, 0);
    assert_int_equal(scenario.source[1].quota, 0);
    assert_int_equal(scenario.drop_count, 0);
    assert_int_equal(scenario.forbid_given, 0);
}

static void verbs_on_sockets_mean_what_they_say(void **state)
{
    const struct conf_verb *verb = scenario.verb;

    expect_read("scenario s\n"
                "set network=prompt late-polls=yes late-packets=yes spurious-polls=yes\n"
                "set crossed-polls=yes\n"
                "set layers=bsp socket-buffer=16 sockets=wine\n"
                "source L raw-tcp-listener name=a backlog=1 family=v6\n"
                "source A raw-tcp-accepted family=v6 name=a\n"
                "source D udp name=d\n"
                "source U user-source\n"
                "thread T\n"
                " accept L as A\n option A linger=5\n shutdown A how=both\n"
                " send-to D 3 to D\n send-to D 4 to D cast=broadcast\n connect D to D\n"
                " address D of=peer\n ready U flags=weRp\n ready U flags=none\n",
                &scenario);
    assert_int_equal(scenario.settings.prompt_network, 1);
    assert_int_equal(scenario.settings.late_polls, 1);
    assert_int_equal(scenario.settings.late_packets, 1);
    assert_int_equal(scenario.settings.spurious_polls, 1);
    assert_int_equal(scenario.settings.crossed_polls, 1);
    assert_int_equal(scenario.settings.layers, 2);
    assert_int_equal(scenario.settings.socket_buffer, 16);
    assert_int_equal(scenario.settings.wine_sockets, 1);
    assert_int_equal(scenario.source[0].quota, 1);
    assert_int_equal(scenario.source[1].family, CONF_FAMILY_V6);
    assert_int_equal(verb[0].other, 1);
    assert_int_equal(verb[1].how, CONF_OPTION_LINGER);
    assert_int_equal(verb[1].size, 5);
    assert_int_equal(verb[2].how, CONF_SHUTDOWN_BOTH);
    assert_int_equal(verb[3].other, 2);
    assert_int_equal(verb[3].how, CONF_CAST_ONE);
    assert_int_equal(verb[4].how, CONF_CAST_BROADCAST);
    assert_int_equal(verb[5].other, 2);
    assert_int_equal(verb[6].how, CONF_ADDRESS_PEER);
    assert_int_equal(verb[7].how, 2 + 4 + 8 + 32);
    assert_int_equal(verb[8].how, 0);
    assert_int_equal(verb[8].other, CONF_NONE);
}

static void tabs_crlf_bom_comments_and_no_last_newline_are_fine(void **state)
{
    expect_read("\xef\xbb\xbf# a comment\r\n\r\nscenario\ts # why\r\n"
                "source\tP\tpoll\r\nthread T\r\n\tpoll P\ttimeout=5 max=2 -> x",
                &scenario);
    assert_int_equal(scenario.verb_count, 1);
    assert_int_equal(scenario.verb[0].timeout_ms, 5);
    assert_int_equal(scenario.label_count, 1);
}

static void hexadecimal_tokens_reach_64_bits(void **state)
{
    expect_read("scenario s\nsource P poll\nsource W waker in=P token=0xFFFFffffFFFFffff\n",
                &scenario);
    assert_true(scenario.source[1].token == UINT64_MAX);
}

static void require_means_forbid(void **state)
{
    expect_read("scenario s\nrequire lost-wakeup\nforbid use-after-free\n", &scenario);
    assert_int_equal(scenario.forbid_given, 1);
    assert_int_equal(scenario.forbid_count, 2);
    assert_string_equal(scenario.forbid[0], "lost-wakeup");
}

static void any_oracle_is_accepted_without_a_list(void **state)
{
    static const char text[] = "scenario s\nforbid of-a-later-version\n";
    struct conf_error error;

    assert_true(conf_scenario_read(text, strlen(text), "t.scn", NULL, &scenario, NULL, &error));
}

static void joins_may_name_later_threads(void **state)
{
    expect_read("scenario s\nthread A\n join B\nthread B\n join C\nthread C\n", &scenario);
    assert_int_equal(scenario.verb[0].target, 1);
    assert_int_equal(scenario.verb[1].target, 2);
}

/* A scenario whose last line is wrong: declarations and a thread, on lines 1 to 8. */
#define HEAD                            \
    "scenario s\n"                      \
    "source P poll\n"                   \
    "source Q poll\n"                   \
    "source W waker in=P token=1\n"     \
    "source S pipe-server name=a\n"     \
    "source C raw-pipe-client name=a\n" \
    "thread T0\n"                       \
    "  open C -> opened\n"
/* The same with sockets. */
#define SOCKETS                          \
    "scenario s\n"                       \
    "source L tcp-listener name=a\n"     \
    "source A tcp-accepted name=a\n"     \
    "source B raw-tcp-accepted name=a\n" \
    "source C tcp-stream name=a\n"       \
    "source D udp name=d\n"              \
    "source U user-source\n"             \
    "thread T0\n"
#define VERBS                                                                                      \
    "register, reregister, deregister, drop, poll, wake, open, connect, disconnect, read, write, " \
    "take-error, join, poll-read, poll-write, poll-writev, flush, shutdown, split, unsplit, "      \
    "accept, peek, readv, writev, recv-from, send-to, option, address, urgent or ready"
#define STATEMENTS "about, set, source, thread, drop, forbid, require, outcome, allow or decisions"
#define KINDS                                                                                      \
    "poll, waker, pipe-server, pipe-client, raw-pipe-server, raw-pipe-client, simplex, duplex, "   \
    "read-half, write-half, task, tcp-listener, tcp-stream, tcp-accepted, udp, raw-tcp-listener, " \
    "raw-tcp-stream, raw-tcp-accepted, raw-udp or user-source"
#define SETTINGS                                                                              \
    "result-write, handles, waiters, cancel, short-pipe-writes, pending-though-done, clock, " \
    "faults, network, late-polls, spurious-polls, crossed-polls, layers, socket-buffer, "     \
    "late-packets or sockets"

static const struct {
    const char *text;
    const char *error;
} error_table[] = {
    /* the first line */
    {"", "t.scn:1:1: an empty file, expected scenario NAME"},
    {"\n# nothing\n", "t.scn:3:1: an empty file, expected scenario NAME"},
    {"source P poll\n", "t.scn:1:1: unexpected 'source', expected scenario NAME on the first line"},
    {"scenario\n", "t.scn:1:9: unexpected end of line, expected the name of the scenario"},
    {"scenario a b\n", "t.scn:1:12: unexpected 'b', expected the end of the line"},
    {"scenario _\n", "t.scn:1:10: this is no name of a scenario, expected at most 63 letters, "
                     "digits, '_', '.' and '-'"},
    {"scenario s\nscenario t\n", "t.scn:2:1: unknown statement 'scenario', expected " STATEMENTS},
    {"scenario s\ninclude other.scn\n",
     "t.scn:2:1: unknown statement 'include', expected " STATEMENTS},
    /* bytes that are no text */
    {"scenario s\n\x01\n", "t.scn:2:1: a control character, expected text in UTF-8"},
    {"scenario s\rsource P poll\n", "t.scn:1:11: a control character, expected text in UTF-8"},
    {"scenario s # \xc3(\n", "t.scn:1:14: bytes that are not UTF-8, expected text in UTF-8"},
    {"scenario s # \xed\xa0\x80\n", "t.scn:1:14: bytes that are not UTF-8, expected text in UTF-8"},
    {"scenario s # \xf0\x9f\n", "t.scn:1:14: bytes that are not UTF-8, expected text in UTF-8"},
    /* sockets and user-made sources */
    {SOCKETS "  accept L as C\n",
     "t.scn:9:15: C is a tcp-stream, expected what a listener accepts"},
    {SOCKETS "  accept L as B\n",
     "t.scn:9:12: B does not come from L, expected both through the port or both not, of one name "
     "and family"},
    {SOCKETS "  accept L\n", "t.scn:9:11: unexpected end of line, expected as"},
    {SOCKETS "  connect D\n", "t.scn:9:12: unexpected end of line, expected to"},
    {SOCKETS "  connect D to C\n", "t.scn:9:16: C is a tcp-stream, expected a udp socket"},
    {SOCKETS "  connect C to D\n", "t.scn:9:13: unexpected 'to', expected the end of the line"},
    {"scenario s\nsource D udp name=d\nsource E udp name=e family=v6\nthread T\n connect D to E\n",
     "t.scn:5:12: E is not of the family of D, expected both of one family"},
    {SOCKETS "  shutdown C\n", "t.scn:9:13: unexpected end of line, expected how"},
    {SOCKETS "  shutdown C how=off\n",
     "t.scn:9:18: unknown value 'off', expected read, write or both"},
    {SOCKETS "  send-to D 1 to D cast=all\n",
     "t.scn:9:25: unknown value 'all', expected one, group or broadcast"},
    {SOCKETS "  option C linger=0\n",
     "t.scn:9:12: unknown option 'linger', expected nodelay or ttl"},
    {SOCKETS "  option C ttl=256\n",
     "t.scn:9:16: '256' is out of range, expected a value of the option"},
    {SOCKETS "  option C\n", "t.scn:9:11: unexpected end of line, expected nodelay or ttl"},
    {SOCKETS "  address C of=other\n", "t.scn:9:16: unknown value 'other', expected local or peer"},
    {SOCKETS "  ready U flags=wr\n",
     "t.scn:9:17: 'wr' are no flags, expected letters of rweRWp in this order, or none"},
    {SOCKETS "  read L 1\n",
     "t.scn:9:3: L is a tcp-listener, which has no verb read, expected one of "
     "register, reregister, deregister, drop, take-error, accept, option, "
     "address"},
    {"scenario s\nsource S pipe-server name=a\nsource L tcp-listener name=a\n",
     "t.scn:3:28: a is the name of a pipe-server, expected another name"},
    {"scenario s\nsource S udp name=a\nsource L tcp-listener name=a\n",
     "t.scn:3:28: a is the name of a udp, expected another name"},
    {"scenario s\nsource L raw-tcp-listener name=a backlog=0\n",
     "t.scn:2:42: '0' is out of range, expected a backlog from 1 to 200"},
    {"scenario s\nsource L tcp-listener name=a family=v5\n",
     "t.scn:2:37: unknown family 'v5', expected v4 or v6"},
    /* about and set */
    {"scenario s\nabout word\n", "t.scn:2:7: unexpected 'word', expected a string in \"\""},
    {"scenario s\nabout \"a\n", "t.scn:2:7: unclosed string, expected a closing \""},
    {"scenario s\nabout \"a\\n\"\n", "t.scn:2:9: unknown escape, expected \\\" or \\\\"},
    {"scenario s\nabout \"a\"\nabout \"b\"\n",
     "t.scn:3:7: about is given twice, expected one about"},
    {"scenario s\nset\n", "t.scn:2:4: unexpected end of line, expected " SETTINGS},
    {"scenario s\nset speed=1\n", "t.scn:2:5: unknown setting 'speed', expected " SETTINGS},
    {"scenario s\nset cancel=never\n", "t.scn:2:12: unknown value 'never', expected sync or races"},
    {"scenario s\nset cancel\n", "t.scn:2:11: unexpected end of line, expected '=' behind cancel"},
    {"scenario s\nset faults=1 faults=2\n",
     "t.scn:2:14: faults is given twice, expected each at most once"},
    {"scenario s\nset clock=exact\nset clock=coarse\n",
     "t.scn:3:5: clock is given twice, expected each at most once"},
    {"scenario s\nset faults=256\n",
     "t.scn:2:12: '256' is out of range, expected a number from 0 to 255"},
    {"scenario s\nset faults=-1\n",
     "t.scn:2:12: '-1' is no number, expected a number from 0 to 255"},
    /* sources */
    {"scenario s\nsource\n", "t.scn:2:7: unexpected end of line, expected the name of a source"},
    {"scenario s\nsource 1 poll\n", "t.scn:2:8: '1' is no name, expected at most 31 letters, "
                                    "digits, '_', '.' and '-', a letter first"},
    {"scenario s\nsource P\n", "t.scn:2:9: unexpected end of line, expected " KINDS},
    {"scenario s\nsource P file\n", "t.scn:2:10: unknown kind of source 'file', expected " KINDS},
    {"scenario s\nsource P poll\nsource P poll\n",
     "t.scn:3:8: source P is declared twice, expected another name"},
    {"scenario s\nsource P poll name=a\n",
     "t.scn:2:15: unexpected 'name', expected the end of the line"},
    {"scenario s\nsource P poll in=P\n",
     "t.scn:2:15: unexpected 'in', expected the end of the line"},
    {"scenario s\nsource W waker token=1\n",
     "t.scn:2:23: an attribute of the waker is missing, expected in="},
    {"scenario s\nsource W waker in=P token=1\n",
     "t.scn:2:19: unknown source 'P', expected a source declared above"},
    {HEAD "source V waker in=S token=1\n", "t.scn:9:19: S is a pipe-server, expected a poll"},
    {HEAD "source V waker in=P token=1\n",
     "t.scn:9:19: W is a waker in P, expected one waker a poll"},
    {HEAD "source V waker in=Q token=18446744073709551616\n",
     "t.scn:9:27: '18446744073709551616' is out of range, expected a token from 0 to 2^64 - 1"},
    {"scenario s\nsource S pipe-server\n",
     "t.scn:2:21: an attribute of the pipe-server is missing, expected name="},
    {"scenario s\nsource S pipe-server name=a name=b\n",
     "t.scn:2:29: name is given twice, expected each at most once"},
    {"scenario s\nsource S pipe-server name=a quota=0\n",
     "t.scn:2:35: '0' is out of range, expected a quota from 1 to 262144 bytes"},
    {"scenario s\nsource C pipe-client name=a quota=1\n",
     "t.scn:2:29: unknown attribute 'quota', expected name or mode"},
    {"scenario s\nsource C pipe-client name=a mode=text\n",
     "t.scn:2:34: unknown mode 'text', expected byte or message"},
    /* threads and verbs */
    {HEAD "thread T0\n", "t.scn:9:8: thread T0 is declared twice, expected another name"},
    {HEAD "thread main\n",
     "t.scn:9:8: main is the name of the runner's own thread, expected another name"},
    {"scenario s\n  open C\n", "t.scn:2:3: a verb outside a thread, expected a thread statement "
                               "above the first verb"},
    {HEAD "source R poll\n  poll R\n",
     "t.scn:10:3: a verb outside a thread, expected a thread statement above the first verb"},
    {HEAD "poll P\n",
     "t.scn:9:1: unexpected 'poll', expected a blank in front of the verbs of a thread"},
    {HEAD "  conect S\n", "t.scn:9:3: unknown verb 'conect', expected " VERBS},
    {HEAD "  -> x\n", "t.scn:9:3: unexpected '->', expected " VERBS},
    {HEAD "  connect\n", "t.scn:9:10: unexpected end of line, expected a source"},
    {HEAD "  connect X\n", "t.scn:9:11: unknown source 'X', expected a source declared above"},
    {HEAD "  connect P\n",
     "t.scn:9:3: P is a poll, which has no verb connect, expected one of drop, poll"},
    {HEAD "  open S\n",
     "t.scn:9:3: S is a pipe-server, which has no verb open, expected one of register, "
     "reregister, deregister, drop, connect, disconnect, read, write, take-error"},
    {HEAD "  register C in P token=1 interest=r\n",
     "t.scn:9:3: C is a raw-pipe-client, which has no verb register, expected one of drop, open, "
     "read, write"},
    {HEAD "  register S P\n", "t.scn:9:14: unknown word 'P', expected in"},
    {HEAD "  register S in W token=1 interest=r\n", "t.scn:9:17: W is a waker, expected a poll"},
    {HEAD "  register S in P interest=r\n",
     "t.scn:9:29: unexpected end of line, expected token=NUMBER"},
    {HEAD "  register S in P token=1\n",
     "t.scn:9:26: unexpected end of line, expected interest=r, w or rw"},
    {HEAD "  register S in P token=1 interest=x\n",
     "t.scn:9:36: unknown interest 'x', expected r, w or rw"},
    {HEAD "  poll P max=0\n", "t.scn:9:14: '0' is out of range, expected 1 to 64 events"},
    {HEAD "  poll P timeout=3600001\n",
     "t.scn:9:18: '3600001' is out of range, expected inf or 0 to 3600000 milliseconds"},
    {HEAD "  poll P timeout=soon\n",
     "t.scn:9:18: 'soon' is no number, expected inf or 0 to 3600000 milliseconds"},
    {HEAD "  read C\n",
     "t.scn:9:9: unexpected end of line, expected a size from 0 to 262144 bytes"},
    {HEAD "  read C 262145\n",
     "t.scn:9:10: '262145' is out of range, expected a size from 0 to 262144 bytes"},
    {HEAD "  read C 5 6\n", "t.scn:9:12: unexpected '6', expected the end of the line"},
    {HEAD "  read C 5#6\n", "t.scn:9:11: unexpected '#', expected the end of the line"},
    /* labels */
    {HEAD "  read C 5 ->\n", "t.scn:9:14: unexpected end of line, expected the name of a label"},
    {HEAD "  read C 5 -> opened\n",
     "t.scn:9:15: label opened is bound twice, expected another name"},
    {HEAD "thread T1\n  join T0 -> x\n",
     "t.scn:10:11: a join has no result, expected the end of the line"},
    /* the program as a whole */
    {HEAD "  poll P\nthread T1\n  poll Q\n  poll P\n",
     "t.scn:12:3: another thread polls this poll already, expected all polls of one poll in one "
     "thread"},
    {HEAD "  join T0\n", "t.scn:9:3: a thread joins itself, expected another thread"},
    {HEAD "  join T1\nthread T1\n  join T2\nthread T2\n  join T0\n",
     "t.scn:13:3: threads join each other in a circle, expected a thread that does not wait for "
     "this one"},
    {HEAD "  join T9\n", "t.scn:9:8: there is no such thread, expected a thread of this scenario"},
    /* drop, forbid */
    {HEAD "drop C\n", "t.scn:9:7: the drop order leaves out P, expected every source once (a verb "
                      "needs a blank in front)"},
    {HEAD "drop P Q P\n", "t.scn:9:10: P is dropped twice, expected every source once"},
    {HEAD "drop P Q W S C\ndrop P Q W S C\n",
     "t.scn:10:6: the drop order is given twice, expected one drop order"},
    {HEAD "drop P Q W S C\nsource R poll\n",
     "t.scn:10:8: a source below the drop order, expected sources above the drop order"},
    {HEAD "forbid lost-wakup\n",
     "t.scn:9:8: unknown oracle 'lost-wakup', expected use-after-free or lost-wakeup"},
    {HEAD "forbid Lost\n", "t.scn:9:8: this is no id of an oracle, expected at most 31 small "
                           "letters, digits and '-', a letter first"},
    {HEAD "forbid lost-wakeup\nrequire lost-wakeup\n",
     "t.scn:10:9: lost-wakeup is named twice, expected each oracle once"},
    /* outcomes */
    {"scenario s\noutcome x\n",
     "t.scn:2:9: unexpected 'x', expected labels bound above by -> LABEL"},
    {HEAD "outcome closed\n", "t.scn:9:9: unknown label 'closed', expected opened"},
    {HEAD "outcome opened opened\n", "t.scn:9:16: opened is named twice, expected each label once"},
    {HEAD "allow done\n",
     "t.scn:9:7: allow without outcome, expected an outcome statement above it"},
    {HEAD "outcome opened\nallow done,done\n",
     "t.scn:10:7: 2 words for an outcome of 1, expected one word for each label of the outcome"},
    {HEAD "outcome opened\nallow done | open\n",
     "t.scn:10:14: unknown word 'open', expected done, would-block, closed, failed, gone or idle"},
    {HEAD "outcome opened\nallow done | failed | done\n",
     "t.scn:10:23: this outcome is allowed twice, expected each outcome once"},
    {HEAD "outcome opened\nallow done |\n",
     "t.scn:10:13: unexpected end of line, expected done, would-block, closed, failed, gone or "
     "idle"},
    /* decisions */
    {HEAD "decisions\n",
     "t.scn:9:10: unexpected end of line, expected how many decisions, 0 to 100000"},
    {HEAD "decisions 1\n  after T0 ReadFile#1 run T1\n",
     "t.scn:11:1: the decisions of line 9 have no end, expected end"},
    {HEAD "decisions 2\n  after T0 ReadFile#1 run T1\nend\n",
     "t.scn:11:1: the block has 1 of 2 decisions, expected end behind 2 decisions"},
    {HEAD "decisions 0\n  after T0 ReadFile#1 run T1\nend\n",
     "t.scn:10:3: one decision too many, expected end behind 0 decisions"},
    {HEAD "decisions 0\nend\nforbid lost-wakeup\n",
     "t.scn:11:1: unexpected 'forbid', expected nothing behind the end of the decisions"},
    {HEAD "decisions 0\nend now\n", "t.scn:10:5: unexpected 'now', expected the end of the line"},
};

static void errors_have_position_and_expectation(void **state)
{
    for (unsigned i = 0; i < COUNT_OF(error_table); i++) {
        expect_error(error_table[i].text, error_table[i].error);
    }
}

static void binary_text_is_refused_at_its_first_nul(void **state)
{
    static const char text[] = "scenario s\nab\0cd\n";
    struct conf_error error;
    char message[512];

    assert_false(
        conf_scenario_read(text, sizeof(text) - 1, "t.scn", NULL, &scenario, NULL, &error));
    conf_error_format(&error, message, sizeof(message));
    assert_string_equal(message,
                        "t.scn:2:3: a NUL byte: this is a binary file, expected text in UTF-8");
}

/* Reads `count` lines made from a format with one number, behind a head. */
static void expect_too_many(const char *head, const char *format, unsigned count,
                            const char *message)
{
    struct conf_error error;
    size_t length = (size_t)snprintf(first_text, sizeof(first_text), "%s", head);

    for (unsigned i = 0; i <= count; i++) {
        bool last = i == count;

        if (last) {
            assert_true(read_string(first_text, &scenario, NULL, &error));
        }
        length += (size_t)snprintf(first_text + length, sizeof(first_text) - length, format, i);
        assert_true(length < sizeof(first_text));
    }
    assert_false(read_string(first_text, &scenario, NULL, &error));
    assert_string_equal(error.message, message);
}

static void too_many_of_anything_is_refused(void **state)
{
    expect_too_many("scenario s\n", "source P%u poll\n", CONF_SOURCES_MAX, "too many sources");
    expect_too_many("scenario s\n", "thread T%u\n", CONF_THREADS_MAX, "too many threads");
    expect_too_many("scenario s\nsource P poll\nthread T\n", "  poll P timeout=%u\n",
                    CONF_VERBS_MAX, "too many verbs");
    expect_too_many("scenario s\nsource P poll\nthread T\n", "  poll P -> l%u\n", CONF_LABELS_MAX,
                    "too many labels");
    assert_false(conf_name_is_legal("a23456789012345678901234567890xy", CONF_NAME_MAX));
    assert_true(conf_name_is_legal("a23456789012345678901234567890x", CONF_NAME_MAX - 1));
}

static void files_that_cannot_be_read_are_errors_without_position(void **state)
{
    struct conf_error error;
    struct conf_decision_lines lines;
    char *text = first_text;

    assert_false(
        conf_scenario_read_file(CONF_SOURCE_DIR "/corpus", NULL, &scenario, &lines, &text, &error));
    assert_null(text);
    assert_int_equal(error.line, 0);
    assert_false(conf_scenario_read_file(CONF_SOURCE_DIR "/no-such-file.scn", NULL, &scenario,
                                         &lines, &text, &error));
    assert_int_equal(error.line, 0);
    assert_string_equal(error.expected, "a readable file");
}

/* Prints, reads, compares and prints again. */
static void expect_round_trip(const struct conf_scenario *original, const char *decisions)
{
    struct conf_breach breach = {.message = ""};

    if (!conf_scenario_check(original, &breach)) {
        fail_msg("%s (verb %u)", breach.message, breach.verb);
    }
    assert_true(conf_scenario_print(original, decisions, first_text, TEXT_MAX) < TEXT_MAX);
    {
        struct conf_error error;
        char message[2048];

        if (!conf_scenario_read(first_text, strlen(first_text), "t.scn", NULL, &again, NULL,
                                &error)) {
            conf_error_format(&error, message, sizeof(message));
            fail_msg("%s\n%s", message, first_text);
        }
    }
    if (!conf_scenario_equal(original, &again)) {
        fail_msg("it changed on the way\n%s", first_text);
    }
    assert_true(conf_scenario_print(&again, decisions, second_text, TEXT_MAX) < TEXT_MAX);
    assert_string_equal(first_text, second_text);
}

static void random_scenarios_survive_text(void **state)
{
    uint64_t seed = 1;

    for (unsigned i = 0; i < 5000; i++) {
        random_scenario(&seed, &scenario);
        expect_round_trip(&scenario, NULL);
    }
}

static void printed_decisions_are_counted_and_read_back(void **state)
{
    static const char decisions[] = "after T0 ReadFile#3 run T1\nat T1 CancelIoEx#5 cancel later\n";
    struct conf_decision_lines lines;
    struct conf_decision_line line;
    struct conf_error error;

    expect_read(example, &scenario);
    expect_round_trip(&scenario, decisions);
    assert_non_null(strstr(first_text, "decisions 2\n  after T0 ReadFile#3 run T1\n"));
    assert_true(read_string(first_text, &scenario, &lines, &error));
    assert_int_equal(lines.count, 2);
    assert_true(conf_decision_lines_next(&lines, &line));
    assert_memory_equal(line.text, decisions, line.length);
    expect_round_trip(&scenario, "");
    assert_non_null(strstr(first_text, "decisions 0\nend\n"));
}

static void printing_is_cut_at_the_size_given(void **state)
{
    char small[16];
    size_t length;

    expect_read(example, &scenario);
    length = conf_scenario_print(&scenario, NULL, first_text, TEXT_MAX);
    assert_int_equal(length, strlen(first_text));
    memset(small, 'x', sizeof(small));
    assert_int_equal(conf_scenario_print(&scenario, NULL, small, sizeof(small)), length);
    assert_string_equal(small, "scenario connec");
    assert_int_equal(conf_scenario_print(&scenario, NULL, NULL, 0), length);
}

/* Damaged text is read or refused, and never anything else. */
static void damaged_text_is_read_or_refused(void **state)
{
    uint64_t seed = 2;

    for (unsigned i = 0; i < 30000; i++) {
        struct conf_error error;
        size_t size = sizeof(example) - 1;

        memcpy(first_text, example, size);
        for (uint32_t j = 1 + random_below(&seed, 4); j > 0; j--) {
            size_t at = random_below(&seed, (uint32_t)size);

            switch (random_below(&seed, 4)) {
            case 0:
                first_text[at] = (char)random_below(&seed, 256);
                break;
            case 1:
                first_text[at] = example[random_below(&seed, sizeof(example) - 1)];
                break;
            case 2:
                size = at + 1;
                break;
            default:
                memmove(first_text + at, first_text + at + 1, size - at - 1);
                size -= size > 1;
                break;
            }
        }
        if (conf_scenario_read(first_text, size, "t.scn", NULL, &scenario, NULL, &error)) {
            assert_true(conf_scenario_check(&scenario, NULL));
        } else {
            assert_true(error.line > 0 && error.column > 0 && error.message[0] != 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_means_what_it_says),
        cmocka_unit_test(decision_lines_are_slices_with_positions),
        cmocka_unit_test(defaults_are_what_the_table_says),
        cmocka_unit_test(verbs_on_sockets_mean_what_they_say),
        cmocka_unit_test(tabs_crlf_bom_comments_and_no_last_newline_are_fine),
        cmocka_unit_test(hexadecimal_tokens_reach_64_bits),
        cmocka_unit_test(require_means_forbid),
        cmocka_unit_test(any_oracle_is_accepted_without_a_list),
        cmocka_unit_test(joins_may_name_later_threads),
        cmocka_unit_test(errors_have_position_and_expectation),
        cmocka_unit_test(binary_text_is_refused_at_its_first_nul),
        cmocka_unit_test(too_many_of_anything_is_refused),
        cmocka_unit_test(files_that_cannot_be_read_are_errors_without_position),
        cmocka_unit_test(random_scenarios_survive_text),
        cmocka_unit_test(printed_decisions_are_counted_and_read_back),
        cmocka_unit_test(printing_is_cut_at_the_size_given),
        cmocka_unit_test(damaged_text_is_read_or_refused),
    };

    return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
