/* UNIDIRECTIONAL_SEQUENCE_LSTM: 16-bit gates and cell state, 8-bit input and hidden state.
 * Source: tensorflow/lite/micro/kernels/lstm_eval.{h,cc}. */
#ifndef TK_UNIDIRECTIONAL_SEQUENCE_LSTM_H
#define TK_UNIDIRECTIONAL_SEQUENCE_LSTM_H

#include <stdint.h>
#include <string.h>

#include "tk_inline.h"
#include "tk_requantize.h"
#include "tk_sigmoid_table.h"

/* A gate's argument in Q3.12: weights * input + bias, and recurrent weights * hidden state, each sum rescaled alone. */
typedef struct {
  /* [units, depth] */
  const int8_t *weights;
  /* [units, units] */
  const int8_t *recurrent_weights;
  /* [units] */
  const int32_t *bias;
  /* multiplier 0 to 2^31 - 1, shift -31 to 30 */
  int32_t multiplier;
  int32_t shift;
  int32_t recurrent_multiplier;
  int32_t recurrent_shift;
} tk_lstm_gate;

typedef struct {
  int32_t batches;
  int32_t steps;
  int32_t depth;
  int32_t units;
  /* Rows of the input and the output from one batch to the next, and from one step to the next. */
  int32_t batch_rows;
  int32_t step_rows;
  int32_t input_offset;
  int32_t hidden_zero_point;
  /* forget gate * cell state to cell state; input gate * cell gate to cell state; output gate * tanh to hidden state:
   * multiplier 0 to 2^31 - 1, shift -31 to 0. */
  int32_t keep_multiplier;
  int32_t keep_shift;
  int32_t add_multiplier;
  int32_t add_shift;
  int32_t show_multiplier;
  int32_t show_shift;
  /* The cell state is in units of 2 to this power, -29 to 2. */
  int32_t cell_exponent;
  /* Bounds of the cell state, within int16. */
  int32_t cell_min;
  int32_t cell_max;
  tk_lstm_gate input_gate;
  tk_lstm_gate forget_gate;
  tk_lstm_gate cell_gate;
  tk_lstm_gate output_gate;
} tk_unidirectional_sequence_lstm_params;

static inline int32_t tk_lstm_to_int16(int32_t x, int32_t multiplier, int32_t shift) {
  return tk_clamp(tk_requantize(x, multiplier, shift), INT16_MIN, INT16_MAX);
}

static inline int32_t tk_lstm_dot(const int8_t *weights, const int8_t *vector, int32_t offset, int32_t depth) {
  int32_t sum = 0;
  for (int32_t k = 0; k < depth; k++) sum += weights[k] * (vector[k] + offset);
  return sum;
}

/* The argument of a unit's gate, in Q3.12. */
static inline int32_t tk_lstm_gate_sum(const tk_unidirectional_sequence_lstm_params *p, const tk_lstm_gate *gate,
                                       int32_t unit, const int8_t *input, const int8_t *hidden) {
  const int32_t from_input = tk_lstm_dot(gate->weights + unit * p->depth, input, p->input_offset, p->depth);
  const int8_t *const recurrent = gate->recurrent_weights + unit * p->units;
  const int32_t from_hidden = tk_lstm_dot(recurrent, hidden, -p->hidden_zero_point, p->units);
  const int32_t sum = tk_lstm_to_int16(from_input + gate->bias[unit], gate->multiplier, gate->shift) +
                      tk_lstm_to_int16(from_hidden, gate->recurrent_multiplier, gate->recurrent_shift);
  return tk_clamp(sum, INT16_MIN, INT16_MAX);
}

/* One step of one batch: from a row of the input and the state to one of the state and the output. */
static inline void tk_lstm_step(const tk_unidirectional_sequence_lstm_params *p, const int8_t *input, int8_t *hidden,
                                int16_t *cell, int8_t *output) {
  for (int32_t unit = 0; unit < p->units; unit++) {
    const int32_t forget = tk_sigmoid_16(tk_lstm_gate_sum(p, &p->forget_gate, unit, input, hidden));
    const int32_t entering = tk_sigmoid_16(tk_lstm_gate_sum(p, &p->input_gate, unit, input, hidden));
    const int32_t candidate = tk_tanh_16(tk_lstm_gate_sum(p, &p->cell_gate, unit, input, hidden), -12);
    const int32_t next = tk_lstm_to_int16(forget * cell[unit], p->keep_multiplier, p->keep_shift) +
                         tk_lstm_to_int16(entering * candidate, p->add_multiplier, p->add_shift);
    cell[unit] = (int16_t)tk_clamp(next, p->cell_min, p->cell_max);
    const int32_t visible = tk_sigmoid_16(tk_lstm_gate_sum(p, &p->output_gate, unit, input, hidden));
    const int32_t shown =
        tk_requantize(visible * tk_tanh_16(cell[unit], p->cell_exponent), p->show_multiplier, p->show_shift);
    output[unit] = (int8_t)tk_clamp(shown + p->hidden_zero_point, -128, 127);
  }
  /* All units have read the hidden state by now. */
  memcpy(hidden, output, (size_t)p->units);
}

/* input: `batches` * `steps` rows of `depth`; output: as many rows of `units`. hidden, cell: [batches, units], kept
 * from call to call. */
static TK_INLINE void tk_unidirectional_sequence_lstm_s8(const tk_unidirectional_sequence_lstm_params *params,
                                                         const int8_t *input, int8_t *hidden, int16_t *cell,
                                                         int8_t *output) {
  for (int32_t t = 0; t < params->steps; t++) {
    for (int32_t batch = 0; batch < params->batches; batch++) {
      const int32_t row = batch * params->batch_rows + t * params->step_rows;
      const int32_t state = batch * params->units;
      tk_lstm_step(params, input + row * params->depth, hidden + state, cell + state, output + row * params->units);
    }
  }
}

#endif
