/* Real values in thousandths by integer arithmetic alone, so that no float formatting is linked. */
#include "thousandths.h"

#include <string.h>

int64_t thousandths(int32_t q, float scale)
{
    uint32_t bits;
    memcpy(&bits, &scale, sizeof bits);
    /* IEEE 754: scale = mantissa × 2^(exponent − 150); a subnormal scale has no hidden bit. */
    uint32_t exponent = (bits >> 23) & 255u;
    uint32_t mantissa = (bits & 0x7fffffu) | (exponent != 0 ? 0x800000u : 0u);
    int shift = 150 - (int)(exponent != 0 ? exponent : 1u);
    uint64_t magnitude = (uint64_t)(q < 0 ? -q : q) * mantissa * 1000u; /* 16 + 24 + 10 bits */
    uint64_t rounded;
    if (shift <= 0) {
        rounded = magnitude << -shift;
    } else if (shift > 52) {
        rounded = 0;
    } else {
        uint64_t half = (uint64_t)1 << (shift - 1);
        uint64_t rest = magnitude & (2 * half - 1);
        rounded = magnitude >> shift;
        rounded += rest > half || (rest == half && (rounded & 1u) != 0);
    }
    return q < 0 ? -(int64_t)rounded : (int64_t)rounded;
}
