#ifndef TK_UNIDIRECTIONAL_SEQUENCE_LSTM_H
#define TK_UNIDIRECTIONAL_SEQUENCE_LSTM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

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

/* input: `batches` * `steps` rows of `depth`; output: as many rows of `units`. hidden, cell: [batches, units], kept from
 * call to call. */
void tk_unidirectional_sequence_lstm_s8(const tk_unidirectional_sequence_lstm_params *params, const int8_t *input,
                                        int8_t *hidden, int16_t *cell, int8_t *output);

#ifdef __cplusplus
}
#endif

#endif
