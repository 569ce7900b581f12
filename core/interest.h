/* interest: what a registration asks for (mio::Interest). */
#ifndef CORE_INTEREST_H
#define CORE_INTEREST_H

#include <stdbool.h>
#include <stdint.h>

/* Values equal those of the events they let through (core/event.h). */
enum rdy_interest_flag { RDY_INTEREST_READABLE = 1, RDY_INTEREST_WRITABLE = 2 };
typedef uint32_t rdy_interest; /* one or more rdy_interest_flag */

#define RDY_INTEREST_ALL ((rdy_interest)(RDY_INTEREST_READABLE | RDY_INTEREST_WRITABLE))

/* rdy_interest_is_valid tells whether `interest` holds at least one flag and no unknown bit. */
static inline bool rdy_interest_is_valid(rdy_interest interest)
{
    return interest != 0 && (interest & ~RDY_INTEREST_ALL) == 0;
}

#endif
