/* The debugger's services, which QEMU gives: files of the host, and an end with an exit code. */
#ifndef KILN_SEMIHOSTING_H
#define KILN_SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

enum { SEMIHOSTING_READ = 1, SEMIHOSTING_WRITE = 5 };

/* A file of the host in a mode of above; -1 where it cannot be opened. */
int32_t semihosting_open(const char *path, int32_t mode);

/* Returns how many of `size` bytes were not read. */
size_t semihosting_read(int32_t file, void *bytes, size_t size);

/* Returns how many of `size` bytes were not written. */
size_t semihosting_write(int32_t file, const void *bytes, size_t size);

void semihosting_exit(int32_t code) __attribute__((noreturn));

#endif
