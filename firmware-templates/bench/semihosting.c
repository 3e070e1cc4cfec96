/* Arm's semihosting (github.com/ARM-software/abi-aa, semihosting): operation in r0, a block of arguments in r1. */
#include "semihosting.h"

#include <string.h>

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_READ = 0x06, SYS_EXIT_EXTENDED = 0x20 };
enum { ADP_STOPPED_APPLICATION_EXIT = 0x20026 };

static int32_t call(int32_t operation, const void *arguments) {
  register int32_t r0 __asm("r0") = operation;
  register const void *r1 __asm("r1") = arguments;
  __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

int32_t semihosting_open(const char *path, int32_t mode) {
  const uint32_t arguments[] = {(uint32_t)path, (uint32_t)mode, (uint32_t)strlen(path)};
  return call(SYS_OPEN, arguments);
}

size_t semihosting_read(int32_t file, void *bytes, size_t size) {
  const uint32_t arguments[] = {(uint32_t)file, (uint32_t)bytes, (uint32_t)size};
  return (size_t)call(SYS_READ, arguments);
}

size_t semihosting_write(int32_t file, const void *bytes, size_t size) {
  const uint32_t arguments[] = {(uint32_t)file, (uint32_t)bytes, (uint32_t)size};
  return (size_t)call(SYS_WRITE, arguments);
}

void semihosting_exit(int32_t code) {
  const uint32_t arguments[] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)code};
  for (;;) call(SYS_EXIT_EXTENDED, arguments);
}
