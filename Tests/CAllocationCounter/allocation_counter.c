// The allocator's entry points, defined in the program so that every library in the process binds to them. Each counts and
// hands on to glibc's own name for the same function; what they return goes to glibc's free, which stays as it is.
#include "allocation_counter.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BESIDE_SANITIZER 1
#endif
#endif

#if defined(__GLIBC__) && !defined(BESIDE_SANITIZER)

static _Thread_local bool is_counted;
static _Thread_local uint64_t of_thread;
static _Atomic uint64_t total;

static inline void count(void) {
    if (!is_counted) return;
    of_thread += 1;
    atomic_fetch_add_explicit(&total, 1, memory_order_relaxed);
}

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count();
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    count();
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *found = __libc_memalign(alignment, size);
    if (found == NULL) return ENOMEM;
    *memory = found;
    return 0;
}

bool allocation_counter_is_available(void) { return true; }
void allocation_counter_join(void) { is_counted = true; }
void allocation_counter_leave(void) { is_counted = false; }
uint64_t allocation_counter_of_thread(void) { return of_thread; }
uint64_t allocation_counter_total(void) { return atomic_load_explicit(&total, memory_order_relaxed); }

#else

bool allocation_counter_is_available(void) { return false; }
void allocation_counter_join(void) {}
void allocation_counter_leave(void) {}
uint64_t allocation_counter_of_thread(void) { return 0; }
uint64_t allocation_counter_total(void) { return 0; }

#endif
