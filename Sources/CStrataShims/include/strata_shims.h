// Calls of libc and instructions of the processor that Swift's importer does not see. Each function does what its
// namesake does, returns what it returns, and leaves errno alone.
#ifndef STRATA_SHIMS_H
#define STRATA_SHIMS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Open flag and file calls behind _GNU_SOURCE.
int strata_o_direct(void);
int strata_fallocate(int fd, off_t offset, off_t length);
/// Writes back and waits for a range: SYNC_FILE_RANGE_WAIT_BEFORE | WRITE | WAIT_AFTER. Neither metadata nor the
/// drive's cache is flushed.
int strata_sync_file_range(int fd, off_t offset, off_t length);
/// statfs(2)'s f_type, or -1.
int64_t strata_file_system_type(int fd);

// CRC-32C (Castagnoli, reflected polynomial 0x82F63B78). `crc` is the running value before the final complement.
// The hardware version uses three interleaved streams of SSE4.2's crc32 on x86-64, the CRC extension on arm64.
int strata_crc32c_has_hardware(void);
uint32_t strata_crc32c_hardware(uint32_t crc, const void *bytes, size_t count);

// Futexes: one word, wait while it holds a value, wake waiters in one call.
/// Returns 0 when woken or when the word already differs, else errno (ETIMEDOUT after `timeout_ns`; < 0 waits for ever).
int strata_futex_wait(uint32_t *word, uint32_t expected, int64_t timeout_ns);
int strata_futex_wake(uint32_t *word, int32_t count);
static inline uint32_t strata_atomic_load(const uint32_t *word) { return __atomic_load_n(word, __ATOMIC_ACQUIRE); }
static inline void strata_atomic_increment(uint32_t *word) { __atomic_fetch_add(word, 1, __ATOMIC_RELEASE); }

/// Names the calling thread (at most 15 bytes) for top and perf.
void strata_name_thread(const char *name);

// One io_uring of two entries for a write followed by a linked fdatasync.
typedef struct strata_uring strata_uring;
/// NULL with errno set where the kernel refuses io_uring.
strata_uring *strata_uring_open(void);
void strata_uring_close(strata_uring *ring);
/// Returns bytes written with the sync complete, or -errno of the first part that failed. A short write cancels the
/// linked sync and is returned as its count, to be continued by the caller.
int64_t strata_uring_write_sync(strata_uring *ring, int fd, const void *bytes, size_t count, off_t offset);

#endif
