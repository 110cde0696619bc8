#include "strata_shims.h"

#include <errno.h>
#include <liburing.h>
#include <stdlib.h>

struct strata_uring {
    struct io_uring ring;
};

strata_uring *strata_uring_open(void) {
    strata_uring *u = malloc(sizeof *u);
    if (!u) return NULL;
    int r = io_uring_queue_init(2, &u->ring, 0);
    if (r < 0) {
        free(u);
        errno = -r;
        return NULL;
    }
    return u;
}

void strata_uring_close(strata_uring *u) {
    if (!u) return;
    io_uring_queue_exit(&u->ring);
    free(u);
}

int64_t strata_uring_write_sync(strata_uring *u, int fd, const void *bytes, size_t count, off_t offset) {
    // One submission carries at most 1 GiB: the length field of an entry has 32 bits.
    unsigned length = count > (1u << 30) ? (1u << 30) : (unsigned)count;
    struct io_uring_sqe *w = io_uring_get_sqe(&u->ring);
    if (!w) return -EBUSY;
    io_uring_prep_write(w, fd, bytes, length, (__u64)offset);
    w->flags |= IOSQE_IO_LINK;
    w->user_data = 1;
    struct io_uring_sqe *s = io_uring_get_sqe(&u->ring);
    if (!s) return -EBUSY;
    io_uring_prep_fsync(s, fd, IORING_FSYNC_DATASYNC);
    s->user_data = 2;
    int r;
    // The kernel may take the two one by one; waiting for an entry that it has not taken would last for ever.
    for (int submitted = 0; submitted < 2; submitted += r) {
        do r = io_uring_submit_and_wait(&u->ring, 2);
        while (r == -EINTR);
        if (r <= 0) return r < 0 ? r : -EIO;
    }
    int64_t written = 0, synced = 0;
    for (int i = 0; i < 2; i++) {
        struct io_uring_cqe *c;
        do r = io_uring_wait_cqe(&u->ring, &c);
        while (r == -EINTR);
        if (r < 0) return r;
        if (c->user_data == 1) written = c->res;
        else synced = c->res;
        io_uring_cqe_seen(&u->ring, c);
    }
    if (written < 0) return written;
    if ((size_t)written < length) return written;  // the linked sync was cancelled
    return synced < 0 ? synced : written;
}
