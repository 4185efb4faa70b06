// Preloaded into the program: kills it before its nth write below a folder, and counts the writes.
//
// WRITE_BELOW: the folder; WRITE_COUNT: a file of 8 bytes, which holds the count; WRITE_FATAL: n, 0 for never.
// WRITE_UNSYNCED: while this file is there, the disk syncs no segment of a log of webhooks.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static const char *below;
static long fatal;
static long *count;

__attribute__((constructor)) static void prepare(void) {
  const char *file = getenv("WRITE_COUNT"), *number = getenv("WRITE_FATAL");
  int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  int descriptor = file ? real(file, O_RDWR) : -1;
  if (descriptor < 0) return;
  void *map = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (map == MAP_FAILED) return;
  fatal = number ? atol(number) : 0;
  count = map;
  below = getenv("WRITE_BELOW");
}

static void at_path(const char *path) {
  if (!below || !path || strncmp(path, below, strlen(below)) != 0) return;
  if (__atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST) == fatal) kill(getpid(), SIGKILL);
}

static int name_of(int descriptor, char path[4096]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, 4095);
  path[length < 0 ? 0 : length] = 0;
  return length >= 0;
}

static void at_descriptor(int descriptor) {
  char path[4096];
  if (below && name_of(descriptor, path)) at_path(path);
}

static int is_refused(int descriptor) {
  char path[4096];
  const char *file = getenv("WRITE_UNSYNCED");
  return file && access(file, F_OK) == 0 && name_of(descriptor, path) && strstr(path, "/segments/");
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

int rename(const char *from, const char *to) {
  at_path(to);
  return REAL(int, rename, const char *, const char *)(from, to);
}

int unlink(const char *path) {
  at_path(path);
  return REAL(int, unlink, const char *)(path);
}

int rmdir(const char *path) {
  at_path(path);
  return REAL(int, rmdir, const char *)(path);
}

int mkdir(const char *path, mode_t mode) {
  at_path(path);
  return REAL(int, mkdir, const char *, mode_t)(path, mode);
}

int fsync(int descriptor) {
  at_descriptor(descriptor);
  return REAL(int, fsync, int)(descriptor);
}

int fdatasync(int descriptor) {
  at_descriptor(descriptor);
  if (is_refused(descriptor)) {
    errno = EIO;
    return -1;
  }
  return REAL(int, fdatasync, int)(descriptor);
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  at_descriptor(descriptor);
  return REAL(ssize_t, write, int, const void *, size_t)(descriptor, bytes, length);
}

#define OPEN(name)                                                   \
  int name(const char *path, int flags, ...) {                       \
    mode_t mode = 0;                                                 \
    if (flags & O_CREAT) {                                           \
      va_list rest;                                                  \
      va_start(rest, flags);                                         \
      mode = va_arg(rest, mode_t);                                   \
      va_end(rest);                                                  \
      at_path(path);                                                 \
    }                                                                \
    return REAL(int, name, const char *, int, ...)(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
