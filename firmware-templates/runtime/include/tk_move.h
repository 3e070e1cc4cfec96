#ifndef TK_MOVE_H
#define TK_MOVE_H

#include <stdint.h>

/* Copies words to where they may overlap what they are copied from. */
static inline void tk_move(int32_t *to, const int32_t *from, int32_t words) {
  const int32_t step = to < from ? 1 : -1;
  int32_t i = to < from ? 0 : words - 1;
  for (int32_t fours = words / 4; fours > 0; fours--, i += 4 * step) {
    const int32_t w0 = from[i], w1 = from[i + step], w2 = from[i + 2 * step], w3 = from[i + 3 * step];
    to[i] = w0;
    to[i + step] = w1;
    to[i + 2 * step] = w2;
    to[i + 3 * step] = w3;
  }
  for (int32_t rest = words % 4; rest > 0; rest--, i += step) to[i] = from[i];
}

#endif
