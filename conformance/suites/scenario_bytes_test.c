/* The byte form of scenarios: any bytes are a legal scenario, and nothing is lost on the way. */
#include "conformance/scenario_bytes.h"
#include "conformance/scenario_check.h"
#include "conformance/scenario_print.h"
#include "conformance/scenario_text.h"
#include "conformance/suites/random_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define INPUT_MAX 300
#define TEXT_MAX  32768

static struct conf_scenario scenario, again;
static char text[TEXT_MAX];

static void decode_as(enum conf_bytes_profile profile, const uint8_t *data, size_t size,
                      struct conf_scenario *out, size_t *tail_size)
{
    const uint8_t *tail;
    size_t rest;

    memset(out, 0xa5, sizeof(*out)); /* whatever the last input left */
    conf_bytes_decode(profile, data, size, out, &tail, &rest);
    assert_true(rest <= size);
    assert_ptr_equal(tail, size - rest + data);
    if (tail_size != NULL) {
        *tail_size = rest;
    }
}

static void decode(const uint8_t *data, size_t size, struct conf_scenario *out, size_t *tail_size)
{
    decode_as(CONF_BYTES_NAMED_PIPE, data, size, out, tail_size);
}

static size_t encode(const struct conf_scenario *original, uint8_t *out)
{
    const char *missing = NULL;
    size_t size = conf_bytes_encode(CONF_BYTES_NAMED_PIPE, original, NULL, 0, out,
                                    CONF_BYTES_SIZE_MAX, &missing);

    if (size == 0) {
        fail_msg("not encoded: %s", missing);
    }
    return size;
}

static void read_string(const char *string, struct conf_scenario *out)
{
    struct conf_error error;
    char message[1024];

    if (!conf_scenario_read(string, strlen(string), "t.scn", NULL, out, NULL, &error)) {
        conf_error_format(&error, message, sizeof(message));
        fail_msg("%s", message);
    }
}

static void expect_legal(const struct conf_scenario *decoded)
{
    struct conf_breach breach;

    if (!conf_scenario_check(decoded, &breach)) {
        conf_scenario_print(decoded, NULL, text, TEXT_MAX);
        fail_msg("%s (verb %u)\n%s", breach.message, breach.verb, text);
    }
}

static void no_bytes_are_one_poll_and_two_ends(void **state)
{
    decode((const uint8_t *)"", 0, &scenario, NULL);
    conf_scenario_print(&scenario, NULL, text, TEXT_MAX);
    assert_string_equal(text, "scenario bytes\n"
                              "source   P0 poll\n"
                              "source   S0 pipe-server name=a\n"
                              "source   C0 pipe-client name=a\n");
}

static void no_bytes_are_two_ends_and_two_tasks(void **state)
{
    decode_as(CONF_BYTES_DUPLEX, (const uint8_t *)"", 0, &scenario, NULL);
    conf_scenario_print(&scenario, NULL, text, TEXT_MAX);
    assert_string_equal(text, "scenario bytes\n"
                              "source   A duplex capacity=2\n"
                              "source   B duplex of=A\n"
                              "source   K0 task\n"
                              "source   K1 task\n");
}

static void zero_bytes_are_boring(void **state)
{
    const uint8_t zeros[32] = {[7] = 2};
    size_t tail;

    decode(zeros, sizeof(zeros), &scenario, &tail);
    conf_scenario_print(&scenario, NULL, text, TEXT_MAX);
    assert_string_equal(text, "scenario bytes\n"
                              "source   P0 poll\n"
                              "source   S0 pipe-server name=a\n"
                              "source   C0 pipe-client name=a\n"
                              "thread   T0\n"
                              "  poll       P0 timeout=inf\n"
                              "  poll       P0 timeout=inf\n");
    assert_int_equal(tail, sizeof(zeros) - 8 - 6);
}

static void message_mode_and_short_writes_have_bits(void **state)
{
    const uint8_t bits[] = {[4] = 0x30, [7] = 0};

    decode(bits, sizeof(bits), &scenario, NULL);
    conf_scenario_print(&scenario, NULL, text, TEXT_MAX);
    assert_string_equal(text, "scenario bytes\n"
                              "set      short-pipe-writes=yes\n"
                              "source   P0 poll\n"
                              "source   S0 pipe-server name=a mode=message\n"
                              "source   C0 pipe-client name=a mode=message\n");
}

/* Random bytes of a size that favours whole scenarios over all tail. */
static size_t random_input(uint64_t *seed, uint8_t *data)
{
    size_t size = random_below(seed, INPUT_MAX);

    for (size_t i = 0; i < size; i++) {
        data[i] = (uint8_t)random_next(seed);
    }
    if (size > 7 && random_below(seed, 4) != 0) {
        data[7] = (uint8_t)random_below(seed, 80);
    }
    return size;
}

static void any_bytes_are_a_legal_scenario(void **state)
{
    uint8_t data[INPUT_MAX];
    uint64_t seed = 3;

    for (unsigned i = 0; i < 200000; i++) {
        size_t size = random_input(&seed, data);

        decode_as(i % CONF_BYTES_PROFILE_COUNT, data, size, &scenario, NULL);
        expect_legal(&scenario);
    }
}

static void decoded_scenarios_survive_text(void **state)
{
    uint8_t data[INPUT_MAX];
    uint64_t seed = 4;

    for (unsigned i = 0; i < 10000; i++) {
        size_t size = random_input(&seed, data);

        decode_as(i % CONF_BYTES_PROFILE_COUNT, data, size, &scenario, NULL);
        assert_true(conf_scenario_print(&scenario, NULL, text, TEXT_MAX) < TEXT_MAX);
        read_string(text, &again);
        assert_true(conf_scenario_equal(&scenario, &again));
    }
}

static void decoded_scenarios_survive_encoding_with_their_tail(void **state)
{
    uint8_t data[INPUT_MAX], encoded[CONF_BYTES_SIZE_MAX + INPUT_MAX];
    uint64_t seed = 5;

    for (unsigned i = 0; i < 100000; i++) {
        enum conf_bytes_profile profile = i % CONF_BYTES_PROFILE_COUNT;
        size_t size = random_input(&seed, data);
        const uint8_t *tail, *tail_again;
        size_t tail_size, tail_again_size, encoded_size;
        const char *missing;

        conf_bytes_decode(profile, data, size, &scenario, &tail, &tail_size);
        encoded_size = conf_bytes_encode(profile, &scenario, tail, tail_size, encoded,
                                         sizeof(encoded), &missing);
        assert_true(encoded_size > 0);
        conf_bytes_decode(profile, encoded, encoded_size, &again, &tail_again, &tail_again_size);
        assert_true(conf_scenario_equal(&scenario, &again));
        assert_int_equal(tail_size, tail_again_size);
        assert_memory_equal(tail, tail_again, tail_size);
    }
}

static void decoding_touches_only_what_is_used(void **state)
{
    const uint8_t zeros[11] = {[7] = 1};

    decode(zeros, sizeof(zeros), &scenario, NULL);
    assert_int_equal(scenario.verb_count, 1);
    assert_int_equal(scenario.verb[1].code, 0xa5);
    assert_int_equal(scenario.source[3].kind, 0xa5);
    assert_int_equal((unsigned char)scenario.label_name[0][0], 0xa5);
}

#define ENDS "source P poll\nsource S pipe-server name=a\nsource C pipe-client name=a\nthread T\n"

static void what_does_not_run_is_not_carried(void **state)
{
    uint8_t encoded[CONF_BYTES_SIZE_MAX];

    read_string("scenario long-name\nabout \"text\"\n"
                "source Server pipe-server name=pipe\nsource Poll poll\n"
                "source Client raw-pipe-client name=pipe\n"
                "thread Main\n  open Client -> opened\n  read Server 16 -> got\n"
                "drop Client Server Poll\noutcome opened got\nallow done,done\nforbid misuse\n",
                &scenario);
    decode(encoded, encode(&scenario, encoded), &again, NULL);
    conf_scenario_print(&again, NULL, text, TEXT_MAX);
    assert_string_equal(text, "scenario bytes\n"
                              "source   P0 poll\n"
                              "source   S0 pipe-server name=a\n"
                              "source   RC0 raw-pipe-client name=a\n"
                              "thread   T0\n"
                              "  open       RC0\n"
                              "  read       S0 16\n"
                              "drop     RC0 S0 P0\n");
}

/* Placing sources by kind must not change the default order of drops. */
static void the_default_drop_order_is_kept(void **state)
{
    uint8_t encoded[CONF_BYTES_SIZE_MAX];

    read_string("scenario s\nsource S pipe-server name=a\nsource P poll\n", &scenario);
    decode(encoded, encode(&scenario, encoded), &again, NULL);
    conf_scenario_print(&again, NULL, text, TEXT_MAX);
    assert_non_null(strstr(text, "drop     S0 P0\n"));
}

static const struct {
    const char *scenario;
    const char *missing;
} missing_table[] = {
    {"scenario s\n", "a scenario without a poll"},
    {"scenario s\nsource P poll\nsource Q poll\nsource R poll\n",
     "more sources of a kind than the header can count"},
    {"scenario s\nset faults=4\n" ENDS, "more than 3 faults"},
    {"scenario s\n" ENDS "  read S 18\n", "a size that is not in the table"},
    {"scenario s\n" ENDS "  poll P timeout=17\n", "a timeout or max that is not in the table"},
    {"scenario s\n" ENDS "  poll P max=5\n", "a timeout or max that is not in the table"},
    {"scenario s\n" ENDS "  register S in P token=240 interest=r\n",
     "a token from 240 on that is not in the table"},
    {"scenario s\n" ENDS "thread U\nthread V\nthread W\nthread X\n", "more than 4 threads"},
    {"scenario s\n" ENDS, "a last thread without verbs"},
    {"scenario s\nsource P poll\nsource S pipe-server name=a quota=3\n",
     "a quota that is not in the table"},
    {"scenario s\nsource P poll\nsource S pipe-server name=a quota=2\n"
     "source R raw-pipe-server name=a\n",
     "servers with different quotas"},
    {"scenario s\nsource P poll\nsource R raw-pipe-server name=a blocking=yes\n",
     "a blocking end, or ends of both modes"},
    {"scenario s\nsource P poll\nsource R raw-pipe-server name=a mode=message\n"
     "source C raw-pipe-client name=a\n",
     "a blocking end, or ends of both modes"},
    {"scenario s\nsource P poll\nsource A pipe-server name=a\nsource B pipe-server name=b\n"
     "source C pipe-server name=c\n",
     "a third pipe name"},
};

#define STREAM "source A duplex capacity=2\nsource B duplex of=A\nsource K task\nthread T\n"

static const struct {
    const char *scenario;
    const char *missing;
} missing_stream_table[] = {
    {"scenario s\nset faults=4\n" STREAM, "more than 3 faults"},
    {"scenario s\nset handles=fresh\n" STREAM, "a setting other than faults"},
    {"scenario s\nsource P poll\nsource Q poll\n", "more than one poll"},
    {"scenario s\nsource W pipe-server name=a\n", "sources that the profile does not have"},
    {"scenario s\nsource X simplex capacity=2\nsource K task\n",
     "streams and halves that are no topology of the table"},
    {"scenario s\nsource A duplex capacity=5\nsource B duplex of=A\nsource K task\n",
     "a capacity that is not in the table"},
    {"scenario s\nsource A duplex capacity=2\nsource B duplex of=A\n", "no task, or more than 4"},
    {"scenario s\nsource A duplex capacity=2\nsource B duplex of=A\nsource K task budget=7\n",
     "a budget that is not in the table"},
    {"scenario s\n" STREAM "  poll-read A 18 by K\n", "a size that is not in the table"},
    {"scenario s\n" STREAM, "a last thread without verbs"},
};

static void what_has_no_place_among_streams_is_named(void **state)
{
    for (unsigned i = 0; i < sizeof(missing_stream_table) / sizeof(missing_stream_table[0]); i++) {
        uint8_t encoded[CONF_BYTES_SIZE_MAX];
        const char *missing = NULL;

        read_string(missing_stream_table[i].scenario, &scenario);
        assert_int_equal(conf_bytes_encode(CONF_BYTES_DUPLEX, &scenario, NULL, 0, encoded,
                                           sizeof(encoded), &missing),
                         0);
        assert_string_equal(missing, missing_stream_table[i].missing);
    }
}

static void what_has_no_place_is_named(void **state)
{
    for (unsigned i = 0; i < sizeof(missing_table) / sizeof(missing_table[0]); i++) {
        uint8_t encoded[CONF_BYTES_SIZE_MAX];
        const char *missing = NULL;

        read_string(missing_table[i].scenario, &scenario);
        assert_int_equal(conf_bytes_encode(CONF_BYTES_NAMED_PIPE, &scenario, NULL, 0, encoded,
                                           sizeof(encoded), &missing),
                         0);
        assert_string_equal(missing, missing_table[i].missing);
    }
}

static void too_little_room_is_named(void **state)
{
    uint8_t encoded[CONF_BYTES_SIZE_MAX];
    const char *missing = NULL;

    read_string("scenario s\n" ENDS "  connect S\n", &scenario);
    assert_int_equal(encode(&scenario, encoded), 11);
    assert_int_equal(
        conf_bytes_encode(CONF_BYTES_NAMED_PIPE, &scenario, NULL, 0, encoded, 10, &missing), 0);
    assert_string_equal(missing, "room");
    assert_int_equal(conf_bytes_encode(CONF_BYTES_NAMED_PIPE, &scenario, (const uint8_t *)"abc", 3,
                                       encoded, 13, &missing),
                     0);
    assert_string_equal(missing, "room");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_bytes_are_one_poll_and_two_ends),
        cmocka_unit_test(no_bytes_are_two_ends_and_two_tasks),
        cmocka_unit_test(zero_bytes_are_boring),
        cmocka_unit_test(message_mode_and_short_writes_have_bits),
        cmocka_unit_test(any_bytes_are_a_legal_scenario),
        cmocka_unit_test(decoded_scenarios_survive_text),
        cmocka_unit_test(decoded_scenarios_survive_encoding_with_their_tail),
        cmocka_unit_test(decoding_touches_only_what_is_used),
        cmocka_unit_test(what_does_not_run_is_not_carried),
        cmocka_unit_test(the_default_drop_order_is_kept),
        cmocka_unit_test(what_has_no_place_is_named),
        cmocka_unit_test(what_has_no_place_among_streams_is_named),
        cmocka_unit_test(too_little_room_is_named),
    };

    return cmocka_run_group_tests_name("scenario_bytes", tests, NULL, NULL);
}
