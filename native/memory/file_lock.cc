#include "memory/file_lock.h"

#include <cerrno>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
#else
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace redwing {

#if defined(_WIN32)

FileLock lock_file(const std::string& path, const std::string& text) {
  FileLock lock;
  HANDLE file = CreateFileA(path.c_str(), GENERIC_READ | GENERIC_WRITE | DELETE, 0, nullptr, OPEN_ALWAYS,
                            FILE_FLAG_DELETE_ON_CLOSE, nullptr);
  if (file == INVALID_HANDLE_VALUE) {
    // Nobody shares the file with its holder, who cannot be asked either.
    if (GetLastError() != ERROR_SHARING_VIOLATION) lock.error = EACCES;
    return lock;
  }
  DWORD written = 0;
  WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
  lock.handle = reinterpret_cast<int64_t>(file);
  return lock;
}

void unlock_file(const std::string&, int64_t handle) { CloseHandle(reinterpret_cast<HANDLE>(handle)); }

#else

namespace {

constexpr int kAttempts = 8;

bool is_file_at(int file, const std::string& path) {
  struct stat opened, named;
  if (fstat(file, &opened) != 0 || stat(path.c_str(), &named) != 0) return false;
  return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

std::string read_start(int file) {
  char bytes[64];
  const ssize_t count = pread(file, bytes, sizeof bytes, 0);
  return {bytes, count > 0 ? static_cast<size_t>(count) : 0};
}

bool write_text(int file, const std::string& text) {
  return ftruncate(file, 0) == 0 && pwrite(file, text.data(), text.size(), 0) >= 0;
}

}  // namespace

FileLock lock_file(const std::string& path, const std::string& text) {
  FileLock lock;
  // A holder removes the file before it releases it: who had it open by then locks a file without a name.
  for (int attempt = 0; attempt < kAttempts; attempt++) {
    const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) {
      lock.error = errno;
      return lock;
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
      lock.error = errno == EWOULDBLOCK ? 0 : errno;
      lock.holder = read_start(file);
      close(file);
      return lock;
    }
    if (is_file_at(file, path)) {
      // On a full disk the lock holds all the same, without saying whose it is.
      write_text(file, text);
      lock.handle = file;
      return lock;
    }
    close(file);
  }
  lock.error = EAGAIN;
  return lock;
}

void unlock_file(const std::string& path, int64_t handle) {
  const int file = static_cast<int>(handle);
  if (is_file_at(file, path)) unlink(path.c_str());
  close(file);
}

#endif

}  // namespace redwing
