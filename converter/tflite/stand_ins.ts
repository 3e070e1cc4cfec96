// For ops that tinykiln lacks: which of its own do the same, in the words of who builds the model.

const STAND_INS: Readonly<Record<string, string>> = {
  ABS: 'MAXIMUM of x and −x (MUL by −1)',
  ARG_MAX: 'nothing: give the scores out, and take the largest in the application',
  BATCH_MATMUL: 'FULLY_CONNECTED, where one operand is constant',
  BIDIRECTIONAL_SEQUENCE_LSTM: 'two UNIDIRECTIONAL_SEQUENCE_LSTM and a CONCATENATION',
  BROADCAST_TO: 'the broadcasting of ADD or MUL',
  CAST: 'QUANTIZE or DEQUANTIZE',
  DEPTH_TO_SPACE: 'RESHAPE, TRANSPOSE and RESHAPE',
  DIV: 'MUL by the reciprocal, where the divisor is constant',
  ELU: 'RELU, LEAKY_RELU or HARD_SWISH',
  EXP: 'SOFTMAX or LOGISTIC',
  FLOOR: 'nothing exact in int8: leave it to the application',
  GATHER: 'SLICE or STRIDED_SLICE, where the indices are constant',
  GELU: 'HARD_SWISH or RELU',
  L2_NORMALIZATION: 'nothing: normalise in the application',
  L2_POOL_2D: 'AVERAGE_POOL_2D or MAX_POOL_2D',
  LSTM: 'UNIDIRECTIONAL_SEQUENCE_LSTM (keras.layers.LSTM with unroll=False)',
  MIRROR_PAD: 'PAD',
  NEG: 'MUL by −1',
  POW: 'MUL of x with itself',
  REDUCE_MIN: 'REDUCE_MAX of −x (MUL by −1)',
  RELU_0_TO_1: 'RELU6, with the weights before it six times as large and those after it a sixth',
  RELU_N1_TO_1: 'MINIMUM and MAXIMUM with constants',
  RESIZE_BILINEAR: 'RESIZE_NEAREST_NEIGHBOR, or TRANSPOSE_CONV',
  RNN: 'SVDF or UNIDIRECTIONAL_SEQUENCE_LSTM',
  RSQRT: 'a constant, where its input is one',
  SELECT: 'MUL by a mask, or MAXIMUM',
  SHAPE: 'a constant shape: export the model with a batch of 1',
  SPACE_TO_DEPTH: 'RESHAPE, TRANSPOSE and RESHAPE',
  SPLIT_V: 'SLICE, once for each part',
  SQRT: 'a constant, where its input is one',
  SQUARE: 'MUL of x with itself',
  SQUARED_DIFFERENCE: 'SUB, and MUL of the result with itself',
  TILE: 'CONCATENATION of the tensor with itself',
  UNIDIRECTIONAL_SEQUENCE_RNN: 'SVDF or UNIDIRECTIONAL_SEQUENCE_LSTM',
};

/** What could stand in for an op, as a sentence; undefined where nothing in particular could. */
export function standIn(op: string): string | undefined {
  const stand = Object.hasOwn(STAND_INS, op) ? STAND_INS[op] : undefined;
  return stand && `In its place, use ${stand}.`;
}
