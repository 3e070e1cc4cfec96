/* Real values in thousandths by integer arithmetic alone, so that no float formatting is linked. */
#ifndef KILN_THOUSANDTHS_H
#define KILN_THOUSANDTHS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* q × scale × 1000, rounded to the nearest, ties to even, as printf("%.3f") rounds. |q| ≤ 65535; scale is positive and
 * finite, and q × scale below 2^31. */
int64_t thousandths(int32_t q, float scale);

#ifdef __cplusplus
}
#endif

#endif
