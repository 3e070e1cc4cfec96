/* Text output over port_putchar(): the few formats that the protocol needs, without printf. */
#ifndef KILN_TEXT_H
#define KILN_TEXT_H

#include <stddef.h>
#include <stdint.h>

void text_string(const char *s);

/* CR LF: the end of every answer. */
void text_end(void);

void text_decimal(uint64_t n);

/* `digits` lower-case hexadecimal digits, the most significant first; 1 to 8. */
void text_hex(uint32_t n, int digits);

/* Each byte as two lower-case hexadecimal digits. */
void text_bytes(const void *bytes, size_t n);

/* Three decimals: -62 is "-0.062". */
void text_thousandths(int64_t n);

#endif
