/* Text output over port_putchar(): the few formats that the protocol needs, without printf. */
#include "text.h"

#include "port.h"

void text_string(const char *s)
{
    while (*s != '\0') {
        port_putchar(*s++);
    }
}

void text_end(void)
{
    text_string("\r\n");
}

void text_decimal(uint64_t n)
{
    char digits[20]; /* 2^64 has 20 */
    int count = 0;
    do {
        digits[count++] = (char)('0' + (int)(n % 10));
        n /= 10;
    } while (n != 0);
    while (count > 0) {
        port_putchar(digits[--count]);
    }
}

void text_hex(uint32_t n, int digits)
{
    while (digits > 0) {
        digits--;
        port_putchar("0123456789abcdef"[(n >> (4 * digits)) & 15u]);
    }
}

void text_bytes(const void *bytes, size_t n)
{
    const uint8_t *byte = bytes;
    for (size_t i = 0; i < n; i++) {
        text_hex(byte[i], 2);
    }
}

void text_thousandths(int64_t n)
{
    uint64_t magnitude = n < 0 ? 0u - (uint64_t)n : (uint64_t)n;
    uint32_t fraction = (uint32_t)(magnitude % 1000);
    if (n < 0) {
        port_putchar('-');
    }
    text_decimal(magnitude / 1000);
    port_putchar('.');
    port_putchar((char)('0' + (int)(fraction / 100)));
    port_putchar((char)('0' + (int)(fraction / 10 % 10)));
    port_putchar((char)('0' + (int)(fraction % 10)));
}
