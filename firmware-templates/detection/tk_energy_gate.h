/* Whether it is loud enough for the model to run: the variance of a step's samples, so that a microphone's offset is no
 * sound. */
#ifndef TK_ENERGY_GATE_H
#define TK_ENERGY_GATE_H

#include <stdint.h>

#include "tk_inline.h"

/* Samples of a step that are listened to: as many as keep all sums in 64 bits. */
enum { TK_GATE_MOST_SAMPLES = 65535 };

typedef struct {
  /* Variance from which on the model runs, 0 to 2^30; 0: always. */
  uint32_t level;
  /* Steps for which it goes on running after a loud one. */
  uint32_t hold;
} tk_gate_spec;

typedef struct {
  int32_t count;
  int32_t sum;
  uint64_t squares;
  /* Steps for which it stays open. */
  uint32_t left;
} tk_gate;

static TK_INLINE void tk_gate_clear(tk_gate *gate) {
  gate->count = 0;
  gate->sum = 0;
  gate->squares = 0;
}

static TK_INLINE void tk_gate_reset(tk_gate *gate) {
  tk_gate_clear(gate);
  gate->left = 0;
}

/* Hears samples of this step. */
static TK_INLINE void tk_gate_listen(tk_gate *gate, const int16_t *samples, int32_t count) {
  const int32_t most = TK_GATE_MOST_SAMPLES - gate->count;
  const int32_t taken = count < most ? count : most;
  int32_t sum = gate->sum;
  uint64_t squares = gate->squares;
  for (int32_t i = 0; i < taken; i++) {
    sum += samples[i];
    squares += (uint32_t)((int32_t)samples[i] * samples[i]);
  }
  gate->count += taken;
  gate->sum = sum;
  gate->squares = squares;
}

/* n sum(x^2) - sum(x)^2 >= level n^2: the variance without a division. */
static TK_INLINE int32_t tk_gate_is_loud(const tk_gate *gate, uint32_t level) {
  const uint64_t n = (uint64_t)gate->count;
  const uint64_t square = (uint64_t)((int64_t)gate->sum * gate->sum);
  return n * gate->squares - square >= (uint64_t)level * n * n;
}

/* Ends a step; returns 1 where the model is to run. It is after a step without samples, which nobody measured. */
static TK_INLINE int32_t tk_gate_step(const tk_gate_spec *spec, tk_gate *gate) {
  const int32_t loud = tk_gate_is_loud(gate, spec->level);
  tk_gate_clear(gate);
  if (!loud && gate->left == 0) return 0;
  gate->left = loud ? spec->hold : gate->left - 1;
  return 1;
}

#endif
