/* port_flawed: one flaw of port_broken as a library of its own, as somebody else's port would be:
 * the tests of `iocplab conform` load it. FLAW names it. */
#include "conformance/ports/port_broken.h"

#include <stdlib.h>

/* The symbol that loaders look for; filled at run time, and therefore not the constant of
 * port.h. */
struct conf_port flawed __asm__("conf_port");

/* Before anybody asks the library for its port. */
__attribute__((constructor)) static void plant(void)
{
    const struct conf_port *broken = conf_port_broken(FLAW);

    if (broken == NULL) {
        abort(); /* the build names a flaw that there is not */
    }
    flawed = *broken;
}
