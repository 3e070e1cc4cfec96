// What convolutions, pools and FULLY_CONNECTED refuse: no sum may leave 32 bits, no window its input, no group its channels.
import { elements } from '../../converter/graph/graph.js';
import { describeRefusals, input, inputs, integers, option, shape, type Change, type Refusals } from './refusals.js';

const padding = (top: number, bottom: number, left: number, right: number) =>
  option('padding', { top, bottom, left, right });

const onAxis = (axis: number, count: number) => ({
  scale: new Array<number>(count).fill(0.5),
  zeroPoint: new Array<number>(count).fill(0),
  axis,
});

/** Other int8 weights of one scale. */
const weights = (...sizes: number[]) =>
  input(1, { shape: sizes, data: new Int8Array(elements(sizes)), quantization: onAxis(0, 1) });

const output =
  (scale: number): Change =>
  ({ tensors, outputs: [index] }) => {
    const quantization = { scale: [Math.fround(scale)], zeroPoint: [0], axis: 0 };
    tensors[index!] = { ...tensors[index!]!, quantization };
  };

/** Both ends of a pool. */
const bothEnds =
  (scale: number): Change =>
  (graph) => {
    output(scale)(graph);
    input(0, { quantization: graph.tensors[graph.outputs[0]!]!.quantization! })(graph);
  };

const REFUSED: Refusals = {
  conv_2d: [
    [/has 6 filters for 3 channels on 4, which do not make groups of one size/, 'groups_of_two', weights(6, 3, 2, 3)],
    [/has 5 filters for 2 channels on 4/, 'groups_of_two', weights(5, 3, 2, 2)],
    [/has 6 filters for 8 channels on 4/, 'groups_of_two', weights(6, 3, 2, 8)],
    [/has the padding \[-1,0,0,0\]/, 'valid_dilated', padding(-1, 0, 0, 0)],
    [/has the padding \[0,0.5,0,0\]/, 'valid_dilated', padding(0, 0.5, 0, 0)],
    [/has \d+ places with its padding/, 'valid_dilated', padding(2 ** 20, 0, 2 ** 20, 0)],
    [/output shape \[1,5,5,3\], and it has to be \[1,8,5,3\]/, 'valid_dilated', padding(1, 2, 0, 0)],
    [/its weights are computed, and have to be constant/, 'two_batches', inputs(0, 0)],
    [/has the activation RELU6 and the output scale .*, which is too small/, 'relu6_per_channel', output(1e-10)],
    [
      /its channel 0 can overflow a 32-bit accumulator/,
      'large_bias',
      input(2, { data: new Int32Array(3).fill(2 ** 31 - 1) }),
    ],
  ],
  depthwise_conv_2d: [
    [/marks its bias as absent, where TFLite Micro ends/, 'dilated_null_bias', inputs(0, 1, -1)],
    [/has weights \[1,3,2,4\], and they have to be \[1,height,width,3\]/, 'large_bias', weights(1, 3, 2, 4)],
    [/has depthMultiplier 0/, 'large_bias', option('depthMultiplier', 0)],
    [/has the padding \[0,-1,0,0\]/, 'large_bias', padding(0, -1, 0, 0)],
  ],
  transpose_conv: [
    [/lacks its input 2/, 'same_stride_2', inputs(0, 1, -1)],
    [/its output sizes are int8\[1,3,4,3\], and have to be int32/, 'same_stride_2', inputs(0, 1, 0)],
    [/has 3 output sizes, and it has to have 4/, 'same_stride_2', integers(0, 1, 6, 8)],
    [/has the output shape \[2,6,8,5\] for 1 batches and 5 channels/, 'same_stride_2', integers(0, 2, 6, 8, 5)],
    [/has the output shape \[1,6,8,4\]/, 'same_stride_2', integers(0, 1, 6, 8, 4)],
    [/has the output shape \[1,0,8,5\]/, 'same_stride_2', integers(0, 1, 0, 8, 5)],
    [
      /has an output of 7 × 8, which an input of 3 × 4 does not give with SAME/,
      'same_stride_2',
      integers(0, 1, 7, 8, 5),
    ],
    [/has an output of 4 × 9, which .* with VALID padding/, 'valid_stride_2', integers(0, 1, 4, 9, 5)],
    [/output shape \[1,6,8,5\], and it has to be \[1,5,7,5\]/, 'same_stride_2', integers(0, 1, 5, 7, 5)],
    [/has filters for 4 channels on 3/, 'same_stride_2', weights(5, 3, 3, 4)],
    [/has strideH 0/, 'same_stride_2', option('strideH', 0)],
    [/has strides 65536 × 2/, 'same_stride_2', option('strideH', 65536)],
    [
      /has 4 biases for 5 channels/,
      'same_stride_2',
      input(3, { shape: [4], data: new Int32Array(4), quantization: onAxis(0, 4) }),
    ],
    [
      /its channel 0 can overflow a 32-bit accumulator/,
      'large_bias',
      input(3, { data: new Int32Array(3).fill(-(2 ** 31)) }),
    ],
  ],
  fully_connected: [
    [/its weights are computed, and have to be constant/, 'one_weight', inputs(0, 0)],
    [/has weights for rows of 8 values on an input of \[3,2,4\]/, 'rows', option('keepNumDims', true)],
    [/has weights for rows of 12 values on an input of \[1,13\]/, 'relu', shape(0, 1, 13)],
    [
      /has weight scales on axis 1, and they have to be on axis 0/,
      'seventeen_channels',
      input(1, { quantization: onAxis(1, 17) }),
    ],
  ],
  average_pool_2d: [
    [/has explicit padding, whose zeros a pool would have to see/, 'same_edges', padding(1, 1, 1, 1)],
    [/has the activation RELU6 and the output scale .*, which is too small/, 'clamp_relu6', bothEnds(1e-10)],
  ],
};

describeRefusals(REFUSED);
