/* library for Linux: dlopen, and the writable segments that the program headers name. */
#define _GNU_SOURCE
#include "fuzz/explore/library.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SEGMENTS_MAX 4

struct segment {
    unsigned char *at;
    size_t size;
    unsigned char *saved;
};

struct fuzz_library {
    void *handle;
    uintptr_t base;
    size_t segment_count;
    struct segment segment[SEGMENTS_MAX];
};

/* copy_whole copies a segment with what lies between its variables: under AddressSanitizer that is
 * poisoned, so the copy must be neither instrumented nor memcpy (which volatile prevents). */
__attribute__((no_sanitize("address", "thread"))) static void copy_whole(
    volatile unsigned char *to, const volatile unsigned char *from, size_t size)
{
    size_t done = 0;

    if (((uintptr_t)to | (uintptr_t)from) % sizeof(uint64_t) == 0) {
        for (; done + sizeof(uint64_t) <= size; done += sizeof(uint64_t)) {
            *(volatile uint64_t *)(to + done) = *(const volatile uint64_t *)(from + done);
        }
    }
    for (; done < size; done++) {
        to[done] = from[done];
    }
}

/* add_segment notes [begin, end), without what the loader made read-only after relocation. */
static void add_segment(struct fuzz_library *library, uintptr_t begin, uintptr_t end,
                        uintptr_t relro_end)
{
    struct segment *segment = &library->segment[library->segment_count];

    if (begin < relro_end && relro_end <= end) {
        begin = relro_end;
    }
    if (begin >= end || library->segment_count == SEGMENTS_MAX) {
        return;
    }
    segment->at = (unsigned char *)begin;
    segment->size = end - begin;
    segment->saved = malloc(segment->size);
    if (segment->saved != NULL) {
        copy_whole(segment->saved, segment->at, segment->size);
        library->segment_count++;
    }
}

static int visit_library(struct dl_phdr_info *info, size_t size, void *argument)
{
    struct fuzz_library *library = argument;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t relro_end = 0;

    (void)size;
    if (info->dlpi_addr != library->base) {
        return 0;
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_GNU_RELRO) {
            relro_end = (info->dlpi_addr + header->p_vaddr + header->p_memsz) & ~(page - 1);
        }
    }
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_LOAD && (header->p_flags & PF_W) != 0) {
            uintptr_t begin = info->dlpi_addr + header->p_vaddr;
            add_segment(library, begin, begin + header->p_memsz, relro_end);
        }
    }
    return 1;
}

struct fuzz_library *fuzz_library_open(const char *path, char *message, size_t size)
{
    struct fuzz_library *library = calloc(1, sizeof *library);
    struct link_map *map = NULL;

    if (library == NULL) {
        snprintf(message, size, "out of memory");
        return NULL;
    }
    library->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library->handle == NULL) {
        snprintf(message, size, "%s", dlerror());
        free(library);
        return NULL;
    }
    if (dlinfo(library->handle, RTLD_DI_LINKMAP, &map) == 0) {
        library->base = map->l_addr;
        dl_iterate_phdr(visit_library, library);
    }
    return library;
}

void fuzz_library_close(struct fuzz_library *library)
{
    if (library == NULL) {
        return;
    }
    for (size_t i = 0; i < library->segment_count; i++) {
        free(library->segment[i].saved);
    }
    dlclose(library->handle);
    free(library);
}

void *fuzz_library_symbol(struct fuzz_library *library, const char *name)
{
    return dlsym(library->handle, name);
}

void fuzz_library_restore(struct fuzz_library *library)
{
    for (size_t i = 0; i < library->segment_count; i++) {
        const struct segment *segment = &library->segment[i];
        copy_whole(segment->at, segment->saved, segment->size);
    }
}
