// Counts what chosen threads take from the heap, for tests that claim "allocates nothing".
#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Whether the counter is built in: glibc only, and not beside a sanitizer, which has an allocator of its own.
bool allocation_counter_is_available(void);

/// Counts the calling thread's allocations from now on, in the thread's count and in the total. Idempotent.
void allocation_counter_join(void);

/// Counts the calling thread's no longer.
void allocation_counter_leave(void);

/// Allocations of the calling thread while it was counted.
uint64_t allocation_counter_of_thread(void);

/// Allocations of all threads while they were counted.
uint64_t allocation_counter_total(void);
