// What differs between platforms and compilers, in one place: memory from the system, clocks, prefetch, wide
// multiplication. The layouts of Redwing need a little-endian machine whose pointers fit 48 bits.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(_MSC_VER)
#include <intrin.h>
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RW_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RW_SANITIZED 1
#endif
#endif

#if defined(_MSC_VER)
#define RW_NOINLINE __declspec(noinline)
#define RW_INLINE __forceinline
#else
#define RW_NOINLINE __attribute__((noinline))
#define RW_INLINE inline __attribute__((always_inline))
#endif
// In front of a short loop that is better written out.
#if defined(__clang__)
#define RW_UNROLL _Pragma("unroll 64")
#elif defined(__GNUC__)
#define RW_UNROLL _Pragma("GCC unroll 64")
#else
#define RW_UNROLL
#endif

namespace redwing {

static_assert(std::endian::native == std::endian::little, "layouts assume a little-endian machine");
static_assert(sizeof(void*) == 8, "layouts assume 64-bit pointers");

namespace platform {

/// Address space of `size` bytes aligned to `alignment` (both multiples of the page size, alignment a power
/// of two): readable, writable, zero, committed when first touched. nullptr when the system refuses.
void* map_aligned(size_t size, size_t alignment);

/// Gives back exactly what map_aligned returned.
void unmap(void* address, size_t size);

/// Asks for huge pages behind this range; a hint, ignored where there are none.
void advise_huge(void* address, size_t size);

/// Microseconds of a clock that never goes back; its origin means nothing.
int64_t monotonic_us();

/// Blocks the calling thread for about that long; precise to a few microseconds where the system can be.
void sleep_ns(uint64_t duration_ns);
/// Asks for precise timing of the calling thread's sleeps.
void prefer_precise_sleeps();

/// Lets other threads of the process go first when cores are scarce; for background work. Best effort.
void lower_thread_priority();
/// The same, to a lesser degree, for all other threads that the process has at the moment, unless it was done
/// already: for a process in which the calling thread is what matters. On Linux only. O(threads)
void lower_other_threads();

/// Processor time in microseconds, in the program and in the system on its behalf.
struct CpuTime {
  int64_t user_us = 0, system_us = 0;
};

/// Of the calling thread where the system tells it, otherwise of the whole process; zero where neither is.
CpuTime thread_cpu_time();

/// Sends one datagram to the Unix socket `path` (a leading '@' names Linux's abstract namespace), without
/// waiting. 0, or an error number of the system; where there are no such sockets, ENOSYS.
int send_datagram(const char* path, const uint8_t* bytes, size_t size);

/// Brings the cache line of `address` near, for a read or write soon. Any address is allowed.
RW_INLINE void prefetch(const void* address) {
#if defined(__GNUC__) || defined(__clang__)
  __builtin_prefetch(address);
#elif defined(_M_X64)
  _mm_prefetch(static_cast<const char*>(address), _MM_HINT_T0);
#else
  __prefetch(address);
#endif
}

/// The 128-bit product of two words, folded to 64 bits by xor of its halves.
RW_INLINE uint64_t folded_multiply(uint64_t a, uint64_t b) {
#if defined(__SIZEOF_INT128__)
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
#elif defined(_M_X64)
  uint64_t high;
  uint64_t low = _umul128(a, b, &high);
  return low ^ high;
#else
  return (a * b) ^ __umulh(a, b);
#endif
}

}  // namespace platform
}  // namespace redwing
