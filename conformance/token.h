/* token: which tokens a poll may report, according to the model of a history. */
#ifndef CONFORMANCE_TOKEN_H
#define CONFORMANCE_TOKEN_H

#include "conformance/model.h"

struct conf_token_state {
    bool legal;
    uint8_t source;    /* the last one that had it, CONF_NONE if none ever did */
    uint32_t retired;  /* when it was given up, if it was */
    uint32_t interest; /* everything it may have been registered for */
    uint32_t owners;   /* at least 2 when it may be that of several sources */
};

/* conf_token_look tells whether the poll running in `thread` may report a token: it is registered
 * there, or was given up only after that poll had started. */
struct conf_token_state conf_token_look(const struct conf_model *model, uint8_t thread,
                                        uint64_t token);

#endif
