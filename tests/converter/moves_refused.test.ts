// What ops that only move values refuse: no place that they are given may lie outside their tensors.
import { describeRefusals, input, inputs, integers, option, shape, type Refusals } from './refusals.js';

const OTHER_SCALE = { quantization: { scale: [0.25], zeroPoint: [-20], axis: 0 } };

const REFUSED: Refusals = {
  pad: [
    [/has the paddings \[0,0,-1,2,2,1,0,0\]/, 'image', integers(1, 0, 0, -1, 2, 2, 1, 0, 0)],
    [/has 6 paddings, and it has to have 8/, 'image', integers(1, 0, 0, 1, 2, 2, 1)],
    [/output shape \[1,6,7,2\], and it has to be \[1,6,8,2\]/, 'image', integers(1, 0, 0, 1, 2, 2, 2, 0, 0)],
    [/its paddings are int8\[5\], and have to be int32/, 'one_dimension', inputs(0, 0)],
    [/has an input of 6 dimensions, and 5 is the limit/, 'image', shape(0, 1, 1, 1, 3, 4, 2)],
  ],
  padv2: [
    [/has 2 padding values/, 'image', input(2, { shape: [2], data: new Int8Array(2) })],
    [/its padding values are computed/, 'image', inputs(0, 1, 0)],
    [/they have to be equal/, 'image', input(2, OTHER_SCALE)],
  ],
  transpose: [
    [/has the order \[1,1\] of dimensions for the input \[3,5\]/, 'matrix', integers(1, 1, 1)],
    [/has the order \[-1,0\]/, 'matrix', integers(1, -1, 0)],
    [/has the order \[1,2\]/, 'matrix', integers(1, 1, 2)],
    [/has its places of dimensions in 2 dimensions, and 1 is the limit/, 'matrix', shape(1, 2, 1)],
    [/has 3 places of dimensions/, 'matrix', integers(1, 1, 0, 2)],
    [/6 dimensions, and 5 is the limit/, 'five_turned', shape(0, 1, 2, 3, 2, 2, 3)],
  ],
  concatenation: [
    [/has the activation RELU, and it has to be NONE/, 'channels', option('activation', 'RELU')],
    [/has the axis 4, and it has to be from -4 to 3/, 'channels', option('axis', 4)],
    [/\[1,2,2,4\] and \[1,2,3,2\], which may differ on axis 3 alone/, 'channels', shape(1, 1, 2, 2, 4)],
    [/may differ on axis 3 alone/, 'channels', shape(1, 1, 2, 3)],
    [/has 11 inputs/, 'channels', inputs(...new Array<number>(11).fill(0))],
    [/has 0 inputs/, 'channels', inputs()],
    [/lacks its input 1/, 'channels', inputs(0, -1)],
    [/its input is a constant/, 'constant_first', inputs(0, 0)],
    [/they have to be equal/, 'channels', input(1, OTHER_SCALE)],
    [/they have to be equal/, 'constant_between', input(1, OTHER_SCALE)],
    [/7 dimensions, and 6 is the limit/, 'six_dimensions', shape(0, 1, 1, 2, 1, 2, 1, 2)],
  ],
  split: [
    [/has \[1,2,3,7\] to split into 3 equal parts on axis 3/, 'channels', shape(1, 1, 2, 3, 7)],
    [/has numSplits 2 for 3 outputs/, 'channels', option('numSplits', 2)],
    [/has the axis -5/, 'channels', integers(0, -5)],
    [/has 2 axes, and it has to have 1/, 'channels', integers(0, 3, 3)],
  ],
  slice: [
    [/takes \[3\] from \[-1\] on, and its input is \[9\]/, 'one_dimension', integers(1, -1)],
    [/takes \[3\] from \[7\] on/, 'one_dimension', integers(1, 7)],
    [/takes \[0\] from \[4\] on/, 'one_dimension', integers(2, 0)],
    [/takes \[-2\] from \[4\] on/, 'one_dimension', integers(2, -2)],
    [/takes \[1,0\] from \[3,5\] on/, 'two_dimensions', integers(1, 3, 5)],
    [/has 3 begins, and it has to have 4/, 'middle', integers(1, 0, 1, 2)],
    [/its sizes are int64/, 'one_dimension', input(2, { dtype: 'int64', data: BigInt64Array.of(3n) })],
    [/6 dimensions, and 5 is the limit/, 'middle', shape(0, 1, 1, 1, 5, 6, 3)],
  ],
  strided_slice: [
    [/has the stride 0 on axis 0/, 'every_second', integers(3, 0)],
    [/takes nothing of axis 0, which has 4/, 'plain', integers(2, 1, 5)],
    [/takes nothing of axis 0, which has 3/, 'shrunk_first_axis', integers(1, 3, 0)],
    [/takes one element of axis 0, with the stride -1/, 'shrunk_first_axis', integers(3, -1, 1)],
    [/has ellipsisMask 1, which TFLite Micro does not have/, 'plain', option('ellipsisMask', 1)],
    [/has newAxisMask 2, which TFLite Micro does not have/, 'plain', option('newAxisMask', 2)],
    [/has ends that count from the begins/, 'plain', option('offset', true)],
    [/has 1 strides, and it has to have 2/, 'plain', integers(3, 1)],
    [/5 dimensions, and 4 is the limit/, 'plain', shape(0, 1, 1, 1, 4, 5)],
  ],
  pack: [
    [/has valuesCount 2 for 3 inputs/, 'first_axis', option('valuesCount', 2)],
    [/inputs \[3,2\] and \[2,3\], which have to be equal/, 'first_axis', shape(1, 3, 2)],
    [/has the axis 3, and it has to be from -3 to 2/, 'first_axis', option('axis', 3)],
    [/has 129 inputs/, 'first_axis', inputs(...new Array<number>(129).fill(0))],
  ],
  unpack: [
    [/has num 4 and 3 outputs for axis 0 of \[3,4\]/, 'first_axis', option('num', 4)],
    [/has num 3 and 3 outputs for axis 0 of \[4,4\]/, 'first_axis', shape(0, 4, 4)],
    [/has the axis -3/, 'first_axis', option('axis', -3)],
  ],
  squeeze: [
    [/squeezes axis 1 of \[1,3,1,2\], and it has to be 1/, 'named', option('squeezeDims', [1])],
    [/has the axis 4/, 'named', option('squeezeDims', [4])],
  ],
  expand_dims: [
    [/has the axis 3, and it has to be from -3 to 2/, 'first', integers(1, 3)],
    [/6 dimensions, and 5 is the limit/, 'to_six_dimensions', shape(0, 1, 1, 2, 3, 1, 2)],
  ],
  reshape: [
    [/has the shape \[-1,5\] for 12 values/, 'all_left_to_it', option('newShape', [-1, 5])],
    [/has the shape \[2,3,3\] for 24 values/, 'options_only', option('newShape', [2, 3, 3])],
    [/has the shape \[-1,-1\], and one dimension at most/, 'all_left_to_it', option('newShape', [-1, -1])],
    [/has the shape \[0,-1\]/, 'all_left_to_it', option('newShape', [0, -1])],
    [/has a shape of 9 dimensions, and 8 is the limit/, 'all_left_to_it', option('newShape', new Array(9).fill(1))],
  ],
  resize_nearest_neighbor: [
    [/has height 0, and it has to be 1 or more/, 'halved', integers(1, 0, 2)],
    [/has 3 sizes, and it has to have 2/, 'halved', integers(1, 3, 2, 1)],
    [/its input is int8\[6,4,3\], and has to have 4 dimensions/, 'halved', shape(0, 6, 4, 3)],
    [/has 1 x 32769 pixels, and 32768 is the limit/, 'halved', shape(0, 1, 1, 32769, 3)],
  ],
};

describeRefusals(REFUSED);
