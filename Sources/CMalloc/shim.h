// The one call to the system's allocator that Swift cannot make: <malloc.h> is in no module of the toolchain.
#pragma once
#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

// Smaller buffers stay: an arena is not trimmed until 8 MiB lie free at its end. A page of a list would otherwise be
// given back and faulted in again with every request.
//
// Buffers from 256 KiB on go back to the system when they are freed, instead of staying behind in the arena of each
// thread that once held one. Without effect where the system is not glibc.
//
// Few arenas keep little behind; threads that answer many clients at once would stand in a row for them.
static inline void cmalloc_return_large_buffers(int arenas) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  mallopt(M_ARENA_MAX, arenas);
#else
  (void)arenas;
#endif
}
