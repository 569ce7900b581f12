/* file: what every file object has (port association, notification modes, signalled state,
 * serialisation of synchronous calls) and the door to the device behind it. */
#ifndef FAKES_FILE_H
#define FAKES_FILE_H

#include "fakes/object.h"
#include "fakes/request.h"

/* A device: what a file object does on requests. Statuses are NTSTATUS; STATUS_PENDING means the
 * request is queued; success and warnings mean request_complete was called with immediate. */
struct sim_device {
    const char *name;
    NTSTATUS (*read)(struct sim_file *file, struct sim_request *request);
    NTSTATUS (*write)(struct sim_file *file, struct sim_request *request);
    /* takes a pending request out of the device's queues; what else that entails is done too */
    void (*cancel)(struct sim_request *request);
    /* the last handle was closed: pending requests of this file complete now */
    void (*cleanup)(struct sim_file *file);
    /* the last reference is gone: free the memory */
    void (*destroy)(struct sim_file *file);
};

struct sim_file {
    struct sim_object object;
    const struct sim_device *device;
    struct sim_port *port; /* holds a reference; NULL until associated */
    ULONG_PTR key;
    uint8_t notification_modes; /* FILE_SKIP_* */
    bool synchronous;           /* opened without FILE_FLAG_OVERLAPPED */
    bool busy;                  /* a synchronous call is under way */
    struct sim_waiter *busy_waiters;
};

void file_init(struct sim_file *file, const struct sim_device *device, bool synchronous);
void file_cleanup(struct sim_file *file);
void file_destroy(struct sim_file *file);

/* file_associate binds a file to a port for ever; ERROR_INVALID_PARAMETER if it already is or is
 * synchronous (fact 2). Returns 0 on success. */
DWORD file_associate(struct sim_file *file, struct sim_port *port, ULONG_PTR key);

/* file_cancel cancels the pending requests of a file (of one thread, or of all when thread is
 * UINT32_MAX) whose OVERLAPPED is `overlapped` (NULL: any), and returns how many it found. */
uint32_t file_cancel(struct sim_file *file, const void *overlapped, uint32_t thread);

/* file_cancel_and_wait cancels those of the calling thread, in the running step of `op`, and
 * returns when they have ended (NtCancelIoFile, ReactOS). */
void file_cancel_and_wait(struct sim_file *file, enum sim_op op);

/* file_transfer is ReadFile and WriteFile after the handle was found: it submits, blocks if the
 * file is synchronous, and answers as Win32 does. */
BOOL file_transfer(struct sim_file *file, enum sim_op op, void *buffer, DWORD size, DWORD *count,
                   OVERLAPPED *overlapped);

/* file_submit_native runs one device call with a request of the native API: the status it answers,
 * which the request's packet follows unless it is an error. */
NTSTATUS file_submit_native(const struct sim_request_parameters *parameters,
                            NTSTATUS (*call)(struct sim_file *file, struct sim_request *request));

/* file_submit runs one device call with a request and answers its Win32 result; *count may be
 * NULL. Used by file_transfer and by calls that are no transfers (ConnectNamedPipe). */
BOOL file_submit(const struct sim_request_parameters *parameters,
                 NTSTATUS (*call)(struct sim_file *file, struct sim_request *request),
                 DWORD *count);

#endif
