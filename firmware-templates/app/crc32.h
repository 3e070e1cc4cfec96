/* CRC-32 as zlib computes it (ISO-HDLC: polynomial 0x04c11db7, reflected, inverted at both ends). */
#ifndef KILN_CRC32_H
#define KILN_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32(const void *bytes, size_t n);

/* Of what `crc` is of, followed by these bytes; the CRC of nothing is 0. */
uint32_t crc32_continue(uint32_t crc, const void *bytes, size_t n);

#endif
