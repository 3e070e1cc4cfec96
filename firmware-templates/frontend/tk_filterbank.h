/* Energies of a spectrum gathered in overlapping triangles, then their square roots. */
#ifndef TK_FILTERBANK_H
#define TK_FILTERBANK_H

#include <stdint.h>

#include "tk_inline.h"
#include "tk_root.h"

typedef struct {
  int32_t channels;
  /* First bin of each band, and the end of the last: channels + 2 of them. */
  const uint16_t *edges;
  /* Of each bin from edges[0] on, in Q12: the share of the triangle that falls there, and of the one that rises. */
  const uint16_t *falling;
  const uint16_t *rising;
  /* tk_root_16()'s. */
  const uint8_t *roots;
} tk_filterbank;

/* Roots of the channels' energies, shifted right to undo the shift of the samples. Powers are below 2^31 each, and all
 * weighted bins together below 2^53. */
static TK_INLINE void tk_filterbank_apply(const tk_filterbank *bank, const uint32_t *powers, int32_t shift,
                                          uint32_t *channels) {
  const uint16_t *falling = bank->falling, *rising = bank->rising;
  const uint32_t *power = powers + bank->edges[0];
  uint64_t carried = 0;
  for (int32_t band = 0; band <= bank->channels; band++) {
    uint64_t energy = carried;
    carried = 0;
    for (const uint32_t *const end = powers + bank->edges[band + 1]; power < end; power++) {
      energy += (uint64_t)*power * *falling++;
      carried += (uint64_t)*power * *rising++;
    }
    if (band > 0) channels[band - 1] = tk_rounded_root(energy, bank->roots) >> shift;
  }
}

#endif
