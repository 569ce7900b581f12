/* litmus_draw: what the kinds of litmus scenarios are drawn with. */
#ifndef FUZZ_FIDELITY_LITMUS_DRAW_H
#define FUZZ_FIDELITY_LITMUS_DRAW_H

#include "conformance/scenario.h"

/* A scenario in the making, and the random numbers it is made of: the same ones for a seed. */
struct litmus_draw {
    uint64_t seed, number;
    struct conf_scenario *out;
};

/* What a scenario is about. `begin` declares the sources behind the poll, `setup` fills the thread
 * that runs first; the others do what `code` lists, more often what it lists more often. */
struct litmus_kind {
    void (*begin)(struct litmus_draw *draw);
    void (*setup)(struct litmus_draw *draw);
    const uint8_t *code; /* enum conf_verb_code */
    uint32_t code_count;
};
extern const struct litmus_kind litmus_kind_pipe, litmus_kind_tcp, litmus_kind_udp;

/* litmus_below draws a number below `count`. */
uint32_t litmus_below(struct litmus_draw *draw, uint32_t count);

/* litmus_add_source declares a source and returns its index; `name` numbers what pipes and sockets
 * are named by, CONF_NONE for none. */
uint8_t litmus_add_source(struct litmus_draw *draw, enum conf_source_kind kind, const char *name,
                          uint8_t address);

/* litmus_add_verb appends a verb of the last thread, with arguments drawn at random. It stays the
 * scenario's. */
struct conf_verb *litmus_add_verb(struct litmus_draw *draw, enum conf_verb_code code,
                                  uint8_t source);

#define LITMUS_COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#endif
