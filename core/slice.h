/* slice: pieces of memory that are read or written one behind the other (IoSlice, IoSliceMut). */
#ifndef CORE_SLICE_H
#define CORE_SLICE_H

#include <stddef.h>

/* A part of what is to be written. */
struct rdy_slice {
    const void *data;
    size_t size;
};

/* A part of the room for what is read. */
struct rdy_slice_mut {
    void *data;
    size_t size;
};

#endif
