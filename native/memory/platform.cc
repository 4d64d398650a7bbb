#include "memory/platform.h"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <thread>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
#else
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#if defined(__linux__)
#include <dirent.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cstdlib>
#include <memory>
#endif

#if defined(__APPLE__)
#include <pthread.h>
#endif
#endif

namespace redwing::platform {

#if defined(_WIN32)

void* map_aligned(size_t size, size_t alignment) {
  // Windows gives no aligned reservation: reserve more to learn of an address, give it back, and take the
  // aligned part. Another thread may take it in between, so this is tried a few times.
  for (int attempt = 0; attempt < 16; attempt++) {
    void* wide = VirtualAlloc(nullptr, size + alignment, MEM_RESERVE, PAGE_NOACCESS);
    if (wide == nullptr) return nullptr;
    uintptr_t aligned = (reinterpret_cast<uintptr_t>(wide) + alignment - 1) & ~(alignment - 1);
    VirtualFree(wide, 0, MEM_RELEASE);
    void* exact =
        VirtualAlloc(reinterpret_cast<void*>(aligned), size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    if (exact != nullptr) return exact;
  }
  return nullptr;
}

void unmap(void* address, size_t) { VirtualFree(address, 0, MEM_RELEASE); }

void advise_huge(void*, size_t) {}

#else

void* map_aligned(size_t size, size_t alignment) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
#if defined(MAP_NORESERVE)
  flags |= MAP_NORESERVE;
#endif
  void* wide = mmap(nullptr, size + alignment, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (wide == MAP_FAILED) return nullptr;
  auto start = reinterpret_cast<uintptr_t>(wide);
  uintptr_t aligned = (start + alignment - 1) & ~(alignment - 1);
  if (aligned > start) munmap(wide, aligned - start);
  uintptr_t end = start + size + alignment;
  if (end > aligned + size) munmap(reinterpret_cast<void*>(aligned + size), end - aligned - size);
  return reinterpret_cast<void*>(aligned);
}

void unmap(void* address, size_t size) { munmap(address, size); }

void advise_huge(void* address, size_t size) {
#if defined(MADV_HUGEPAGE)
  // Nothing here forks, so a huge page is never copied whole, and it saves most TLB misses of random access.
  madvise(address, size, MADV_HUGEPAGE);
#else
  (void)address;
  (void)size;
#endif
}

#endif

void sleep_ns(uint64_t duration_ns) { std::this_thread::sleep_for(std::chrono::nanoseconds(duration_ns)); }

void prefer_precise_sleeps() {
#if defined(__linux__)
  // By default the kernel may delay a wake-up by 50 us to join it with others.
  constexpr unsigned long kSlackNs = 2000;
  prctl(PR_SET_TIMERSLACK, kSlackNs, 0, 0, 0);
#endif
}

void lower_thread_priority() {
#if defined(__linux__)
  // On Linux a nice value belongs to a thread; 0 names the calling one.
  constexpr int kNice = 19;
  setpriority(PRIO_PROCESS, 0, kNice);
#elif defined(__APPLE__)
  pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
#elif defined(_WIN32)
  SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL);
#endif
}

void lower_other_threads() {
#if defined(__linux__)
  // A tenth of a core that both want: little enough not to be noticed, and enough for code to be compiled and
  // memory to be found under a load without end, which idle priority is not.
  constexpr int kSteps = 10;
  const std::unique_ptr<DIR, int (*)(DIR*)> threads(opendir("/proc/self/task"), closedir);
  if (!threads) return;
  const auto self = static_cast<id_t>(syscall(SYS_gettid));
  const int nice = getpriority(PRIO_PROCESS, self);
  while (const dirent* each = readdir(threads.get())) {
    const auto id = static_cast<id_t>(std::atoi(each->d_name));
    if (id == 0 || id == self || getpriority(PRIO_PROCESS, id) != nice) continue;
    setpriority(PRIO_PROCESS, id, nice + kSteps);
  }
#endif
}

#if defined(_WIN32)

CpuTime thread_cpu_time() {
  FILETIME created, exited, system, user;
  if (!GetThreadTimes(GetCurrentThread(), &created, &exited, &system, &user)) return {};
  constexpr int64_t kTicksPerUs = 10;
  auto microseconds = [](const FILETIME& time) {
    const int64_t ticks = (static_cast<int64_t>(time.dwHighDateTime) << 32) | time.dwLowDateTime;
    return ticks / kTicksPerUs;
  };
  return {microseconds(user), microseconds(system)};
}

#else

CpuTime thread_cpu_time() {
#if defined(RUSAGE_THREAD)
  constexpr int kWhose = RUSAGE_THREAD;
#else
  constexpr int kWhose = RUSAGE_SELF;
#endif
  rusage usage{};
  if (getrusage(kWhose, &usage) != 0) return {};
  auto microseconds = [](const timeval& time) {
    constexpr int64_t kUsPerSecond = 1000000;
    return static_cast<int64_t>(time.tv_sec) * kUsPerSecond + static_cast<int64_t>(time.tv_usec);
  };
  return {microseconds(usage.ru_utime), microseconds(usage.ru_stime)};
}

#endif

#if defined(_WIN32)

int send_datagram(const char*, const uint8_t*, size_t) { return ENOSYS; }

#else

int send_datagram(const char* path, const uint8_t* bytes, size_t size) {
  sockaddr_un to{};
  const size_t length = std::strlen(path);
  if (length == 0 || length >= sizeof to.sun_path) return EINVAL;
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, path, length);
  if (path[0] == '@') to.sun_path[0] = 0;
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (fd < 0) return errno;
  // An abstract name has no end but that of the address.
  const auto address_size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  const auto sent =
      sendto(fd, bytes, size, MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&to), address_size);
  const int error = sent < 0 ? errno : 0;
  close(fd);
  return error;
}

#endif

int64_t monotonic_us() {
  auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

}  // namespace redwing::platform
