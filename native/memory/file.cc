#include "memory/file.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <io.h>
#include <sys/stat.h>
#include <windows.h>
#else
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace redwing::files {

namespace {

// One call of the system writes at most so much.
constexpr size_t kWriteMax = size_t{1} << 30;

#if !defined(_WIN32)
// Has the system hand over what it holds of a file, which macOS leaves in the memory of the disk.
int hand_over(int descriptor) {
  int result;
  do {
    result = ::fsync(descriptor);
  } while (result != 0 && errno == EINTR);
  return result != 0 ? errno : 0;
}
#endif

}  // namespace

#if defined(_WIN32)

int create(const std::string& path, int* descriptor) {
  *descriptor = _open(path.c_str(), _O_WRONLY | _O_CREAT | _O_TRUNC | _O_BINARY, _S_IREAD | _S_IWRITE);
  return *descriptor < 0 ? errno : 0;
}

int write(int descriptor, const uint8_t* bytes, size_t size) {
  while (size > 0) {
    const int written = _write(descriptor, bytes, static_cast<unsigned>(std::min(size, kWriteMax)));
    if (written < 0) return errno;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return 0;
}

int begin_write_back(int descriptor, uint64_t, uint64_t, uint64_t) { return sync(descriptor); }

int sync(int descriptor) { return _commit(descriptor) != 0 ? errno : 0; }

int close(int descriptor) { return _close(descriptor) != 0 ? errno : 0; }

int rename(const std::string& from, const std::string& to) {
  return MoveFileExA(from.c_str(), to.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) ? 0
                                                                                                   : EACCES;
}

int sync_folder_of(const std::string&) { return 0; }

int64_t descriptors_max() { return INT64_MAX; }

void reserve_descriptors(int64_t) {}

#else

int create(const std::string& path, int* descriptor) {
  constexpr mode_t kMode = 0666;  // less what the process's mask takes away
  do {
    *descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode);
  } while (*descriptor < 0 && errno == EINTR);
  return *descriptor < 0 ? errno : 0;
}

int write(int descriptor, const uint8_t* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(descriptor, bytes, std::min(size, kWriteMax));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    // A disk that takes nothing and does not say why must not be asked for ever.
    if (written == 0) return ENOSPC;
    bytes += written;
    size -= static_cast<size_t>(written);
  }
  return 0;
}

int begin_write_back(int descriptor, uint64_t offset, uint64_t size, uint64_t before) {
#if defined(__linux__)
  const auto at = static_cast<off64_t>(offset);
  if (::sync_file_range(descriptor, at, static_cast<off64_t>(size), SYNC_FILE_RANGE_WRITE) != 0) {
    return errno == ENOSYS || errno == EINVAL ? hand_over(descriptor) : errno;
  }
  if (before == 0) return 0;
  constexpr unsigned kWholly =
      SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
  const auto length = static_cast<off64_t>(before);
  return ::sync_file_range(descriptor, at - length, length, kWholly) != 0 ? errno : 0;
#else
  return hand_over(descriptor);
#endif
}

int sync(int descriptor) {
#if defined(__APPLE__)
  // Through the memory of the disk as well, as libuv does for the log. Not every file system can.
  int result;
  do {
    result = ::fcntl(descriptor, F_FULLFSYNC);
  } while (result != 0 && errno == EINTR);
  if (result == 0) return 0;
#endif
  return hand_over(descriptor);
}

// After EINTR the descriptor is gone all the same.
int close(int descriptor) { return ::close(descriptor) != 0 && errno != EINTR ? errno : 0; }

int rename(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) != 0 ? errno : 0;
}

int sync_folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  int error = sync(descriptor);
  // Some file systems cannot do this with a folder.
  if (error == EINVAL || error == EBADF) error = 0;
  close(descriptor);
  return error;
}

int64_t descriptors_max() {
  rlimit limit;
  const bool is_limited = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  return is_limited ? static_cast<int64_t>(limit.rlim_cur) : INT64_MAX;
}

void reserve_descriptors(int64_t count) {
  const int any = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (any < 0) return;
  // A descriptor of the highest number, for a moment.
  const int highest = ::fcntl(any, F_DUPFD_CLOEXEC,
                              static_cast<int>(std::clamp<int64_t>(count, 1, kDescriptorsReserved) - 1));
  if (highest >= 0) close(highest);
  close(any);
}

#endif

void remove(const std::string& path) { std::remove(path.c_str()); }

}  // namespace redwing::files
