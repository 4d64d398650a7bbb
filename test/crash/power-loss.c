/*
 * Loaded in front of a server (LD_PRELOAD), it keeps account of what of a folder's files would survive if the
 * power failed now: see power-loss.ts, which builds that state from the account.
 *
 *   $REDWING_POWER_ROOT      the folder that is watched, with those below it
 *   $REDWING_POWER_ACCOUNT   on the same file system:
 *     data/<inode>     the file's bytes as of its last fsync
 *     cut/<inode>      to what size it was cut since then, the least, if it was
 *     held/<inode>     a link to the file, so that its inode is not used again
 *     journal          a line for each change of a folder's entries, and each fsync of a folder:
 *                      "change|sync <folder>\t<name>=<inode>\t..."
 *   $REDWING_POWER_DELAY_US  how long an fsync takes at most; how long each one takes is left to chance
 *
 * Nothing is really brought to the disk, for the power does not really fail. Bytes count as safe when they had been
 * written before fsync was called, and not until it returns. The account is in files alone, so that it holds for
 * all processes and threads of the server, and is there when they are killed.
 *
 * Limits: Linux; files that are written through memory maps are not followed. Whoever creates a file without
 * calling open through the dynamic linker (fopen) is noticed at the next change of the folder.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LINE_MAX_BYTES 16384
#define COPY_BYTES 65536

static const char *root(void) { return getenv("REDWING_POWER_ROOT"); }

static int is_watched(const char *path) {
  const char *folder = root();
  size_t size = folder == NULL ? 0 : strlen(folder);
  return size > 0 && strncmp(path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* The path of an open file or folder; 0 if it is none that is watched. */
static int watched_path(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, PATH_MAX - 1);
  if (size < 0) return 0;
  path[size] = '\0';
  return is_watched(path);
}

static void account_path(char *path, const char *kind, ino_t inode) {
  const char *account = getenv("REDWING_POWER_ACCOUNT");
  if (inode == 0)
    snprintf(path, PATH_MAX, "%s/%s", account, kind);
  else
    snprintf(path, PATH_MAX, "%s/%s/%lu", account, kind, (unsigned long)inode);
}

static void give_up(const char *what) {
  fprintf(stderr, "power-loss: %s: %s\n", what, strerror(errno));
  abort();
}

/* A line of the journal with all entries of a folder. */
static void note_folder(const char *kind, const char *folder) {
  char line[LINE_MAX_BYTES];
  size_t size = (size_t)snprintf(line, sizeof line, "%s %s", kind, folder);
  DIR *entries = opendir(folder);
  if (entries == NULL) return;
  for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    size += (size_t)snprintf(line + size, sizeof line - size, "\t%s=%lu", entry->d_name,
                             (unsigned long)entry->d_ino);
    if (size + 300 > sizeof line) give_up("too many files");
  }
  closedir(entries);
  line[size++] = '\n';
  char path[PATH_MAX];
  account_path(path, "journal", 0);
  int journal = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT, 0600);
  if (journal < 0 || syscall(SYS_write, journal, line, size) != (long)size) give_up("journal");
  close(journal);
}

static void note_parent(const char *path) {
  char folder[PATH_MAX];
  char full[PATH_MAX];
  if (path[0] == '/') {
    snprintf(full, sizeof full, "%s", path);
  } else {
    char here[PATH_MAX / 2];
    if (getcwd(here, sizeof here) == NULL) return;
    snprintf(full, sizeof full, "%.2000s/%.2000s", here, path);
  }
  char *slash = strrchr(full, '/');
  if (slash == NULL || slash == full) return;
  *slash = '\0';
  /* The path may have points and links in it. */
  if (realpath(full, folder) != NULL && is_watched(folder)) note_folder("change", folder);
}

/* A second name for an open file, which keeps its inode from being used again. */
static void hold(int fd, ino_t inode) {
  char link[64];
  char path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  account_path(path, "held", inode);
  if (linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0 && errno != EEXIST && errno != ENOENT)
    give_up("link");
}

static void unlink_plainly(const char *path) { syscall(SYS_unlinkat, AT_FDCWD, path, 0); }

/* To what size a file was cut since its bytes were last saved; -1: it was not. */
static off_t read_cut(const char *path) {
  char digits[32] = "";
  int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
  if (file < 0) return -1;
  ssize_t size = read(file, digits, sizeof digits - 1);
  close(file);
  return size <= 0 ? 0 : (off_t)atoll(digits);
}

/* The file was cut: what was saved behind that size is saved no more. */
static void note_cut(ino_t inode, off_t size) {
  char path[PATH_MAX];
  char digits[32];
  account_path(path, "cut", inode);
  off_t before = read_cut(path);
  if (before >= 0 && before <= size) return;
  int length = snprintf(digits, sizeof digits, "%lld\n", (long long)size);
  int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0600);
  if (file < 0 || syscall(SYS_pwrite64, file, digits, (size_t)length, 0L) != length) give_up("cut");
  close(file);
}

/* Brings the account of a file up to `size` bytes. */
static void save(ino_t inode, off_t size) {
  char from_path[PATH_MAX];
  char to_path[PATH_MAX];
  char cut_path[PATH_MAX];
  char buffer[COPY_BYTES];
  account_path(from_path, "held", inode);
  account_path(to_path, "data", inode);
  account_path(cut_path, "cut", inode);
  int from = (int)syscall(SYS_openat, AT_FDCWD, from_path, O_RDONLY);
  if (from < 0) return; /* it has no name any more */
  int to = (int)syscall(SYS_openat, AT_FDCWD, to_path, O_WRONLY | O_CREAT, 0600);
  struct stat there;
  if (to < 0 || fstat(to, &there) != 0) give_up("data");
  off_t at = there.st_size < size ? there.st_size : size;
  off_t cut_to = read_cut(cut_path);
  if (cut_to >= 0 && cut_to < at) at = cut_to;
  if (at < there.st_size && syscall(SYS_ftruncate, to, at) != 0) give_up("truncate");
  unlink_plainly(cut_path);
  while (at < size) {
    size_t wanted = (size_t)(size - at) < sizeof buffer ? (size_t)(size - at) : sizeof buffer;
    ssize_t got = pread(from, buffer, wanted, at);
    if (got <= 0) break;
    if (syscall(SYS_pwrite64, to, buffer, (size_t)got, at) != got) give_up("copy");
    at += got;
  }
  close(from);
  close(to);
}

static void take_time(void) {
  const char *delay = getenv("REDWING_POWER_DELAY_US");
  long most = delay == NULL ? 0 : atol(delay);
  if (most > 0) usleep((useconds_t)((unsigned long)random() % (unsigned long)most));
}

static int sync_file(int fd) {
  char path[PATH_MAX];
  struct stat facts;
  if (fstat(fd, &facts) != 0) return -1;
  if (!watched_path(fd, path)) return 0;
  int error = errno;
  if (S_ISDIR(facts.st_mode)) {
    take_time();
    note_folder("sync", path);
  } else {
    hold(fd, facts.st_ino);
    take_time();
    save(facts.st_ino, facts.st_size);
  }
  errno = error;
  return 0;
}

int fsync(int fd) { return sync_file(fd); }
int fdatasync(int fd) { return sync_file(fd); }

static void *next(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (function == NULL) give_up(name);
  return function;
}

/* What is behind each call that changes a folder. */
static int changed(int result, const char *path) {
  int error = errno;
  if (result >= 0) note_parent(path);
  errno = error;
  return result;
}

int rename(const char *from, const char *to) {
  return changed(((int (*)(const char *, const char *))next("rename"))(from, to), to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  typedef int (*Call)(int, const char *, int, const char *);
  return changed(((Call)next("renameat"))(from_folder, from, to_folder, to), to);
}

int unlink(const char *path) { return changed((int)syscall(SYS_unlinkat, AT_FDCWD, path, 0), path); }

int mkdir(const char *path, mode_t mode) {
  return changed((int)syscall(SYS_mkdirat, AT_FDCWD, path, mode), path);
}

static int created(int fd, int flags, const char *path) {
  int error = errno;
  char full[PATH_MAX];
  struct stat facts;
  if (fd >= 0 && (flags & O_CREAT) != 0 && watched_path(fd, full) && fstat(fd, &facts) == 0 &&
      S_ISREG(facts.st_mode)) {
    hold(fd, facts.st_ino);
    if ((flags & O_TRUNC) != 0) note_cut(facts.st_ino, 0);
    note_parent(path);
  }
  errno = error;
  return fd;
}

#define MODE_OF(flags, mode)                       \
  mode_t mode = 0;                                 \
  if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {    \
    va_list rest;                                  \
    va_start(rest, flags);                         \
    mode = va_arg(rest, mode_t);                   \
    va_end(rest);                                  \
  }

int open(const char *path, int flags, ...) {
  MODE_OF(flags, mode)
  return created((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode), flags, path);
}

int open64(const char *path, int flags, ...) {
  MODE_OF(flags, mode)
  return created((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode), flags, path);
}

int openat(int folder, const char *path, int flags, ...) {
  MODE_OF(flags, mode)
  return created((int)syscall(SYS_openat, folder, path, flags, mode), flags, path);
}

int openat64(int folder, const char *path, int flags, ...) {
  MODE_OF(flags, mode)
  return created((int)syscall(SYS_openat, folder, path, flags, mode), flags, path);
}

int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

static int was_cut(int result, int fd, off_t size) {
  int error = errno;
  char path[PATH_MAX];
  struct stat facts;
  if (result == 0 && watched_path(fd, path) && fstat(fd, &facts) == 0) {
    hold(fd, facts.st_ino);
    note_cut(facts.st_ino, size);
  }
  errno = error;
  return result;
}

int ftruncate(int fd, off_t size) { return was_cut((int)syscall(SYS_ftruncate, fd, size), fd, size); }
int ftruncate64(int fd, off_t size) { return was_cut((int)syscall(SYS_ftruncate, fd, size), fd, size); }

int truncate(const char *path, off_t size) {
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY);
  if (fd < 0) return -1;
  int result = ftruncate(fd, size);
  int error = errno;
  close(fd);
  errno = error;
  return result;
}

int truncate64(const char *path, off_t size) { return truncate(path, size); }
