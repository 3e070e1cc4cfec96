/* Compares thousandths() with printf("%.3f"), whose product is exact: 16 + 24 bits fit a double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "thousandths.h"

static uint32_t next(void)
{
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

/* Half of the scales are powers of two, where ties are frequent. */
static float scale_of(int i)
{
    float mantissa = i % 2 == 0 ? 1.0f : 1.0f + (float)(next() & 0x7fffffu) / 8388608.0f;
    int exponent = i % 100 == 0 ? -140 : (int)(next() % 45) - 30;
    return ldexpf(mantissa, exponent);
}

int main(void)
{
    int wrong = 0;
    for (int i = 0; i < 400000; i++) {
        int32_t q = (int32_t)(next() % 131071) - 65535;
        float scale = scale_of(i);
        char printed[64];
        snprintf(printed, sizeof printed, "%.3f", (double)q * (double)scale);
        char *point = strchr(printed, '.');
        memmove(point, point + 1, strlen(point));
        wrong += strtoll(printed, NULL, 10) != thousandths(q, scale);
    }
    printf("%d of 400000 differ\n", wrong);
    return 0;
}
