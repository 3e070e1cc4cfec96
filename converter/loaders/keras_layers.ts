// Keras' layers by class: which function makes ops of each.
import type { LayerContext, Load } from './layer_context.js';
import { activationLayer, leakyRelu, prelu, relu, softmax } from './layers/activations.js';
import {
  conv1d,
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
} from './layers/convolutions.js';
import { arithmetic, average, concatenate, extremum } from './layers/merging.js';
import { batchNormalization, normalization, rescaling } from './layers/normalization.js';
import { globalAveragePooling2d, globalPool, pool1d, pool2d } from './layers/pooling.js';
import { lstm } from './layers/recurrent.js';
import {
  cropping1d,
  cropping2d,
  flatten,
  permute,
  repeatVector,
  reshape,
  upSampling1d,
  upSampling2d,
  zeroPadding1d,
  zeroPadding2d,
} from './layers/shapes.js';

/** Of training alone: at inference they give their input. */
const nothing: Load = () => {};

const LAYERS: Readonly<Record<string, Load>> = {
  InputLayer: nothing,
  Dropout: nothing,
  SpatialDropout1D: nothing,
  SpatialDropout2D: nothing,
  GaussianNoise: nothing,
  GaussianDropout: nothing,
  AlphaDropout: nothing,
  ActivityRegularization: nothing,
  Conv1D: conv1d,
  Conv2D: conv2d,
  Conv2DTranspose: conv2dTranspose,
  DepthwiseConv1D: depthwiseConv1d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv1D: separableConv1d,
  SeparableConv2D: separableConv2d,
  Dense: dense,
  LSTM: lstm,
  BatchNormalization: batchNormalization,
  Normalization: normalization,
  Rescaling: rescaling,
  Activation: activationLayer,
  ReLU: relu,
  LeakyReLU: leakyRelu,
  PReLU: prelu,
  Softmax: softmax,
  AveragePooling1D: pool1d('AVERAGE_POOL_2D'),
  AveragePooling2D: pool2d('AVERAGE_POOL_2D'),
  MaxPooling1D: pool1d('MAX_POOL_2D'),
  MaxPooling2D: pool2d('MAX_POOL_2D'),
  GlobalAveragePooling1D: globalPool('MEAN'),
  GlobalAveragePooling2D: globalAveragePooling2d,
  GlobalMaxPooling1D: globalPool('REDUCE_MAX'),
  GlobalMaxPooling2D: globalPool('REDUCE_MAX'),
  Add: arithmetic('ADD'),
  Subtract: arithmetic('SUB', 2),
  Multiply: arithmetic('MUL'),
  Average: average,
  Maximum: extremum('MAXIMUM'),
  Minimum: extremum('MINIMUM'),
  Concatenate: concatenate,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  RepeatVector: repeatVector,
  ZeroPadding1D: zeroPadding1d,
  ZeroPadding2D: zeroPadding2d,
  Cropping1D: cropping1d,
  Cropping2D: cropping2d,
  UpSampling1D: upSampling1d,
  UpSampling2D: upSampling2d,
};

/** Layers that are none of these, and which of these could stand in. */
const STAND_INS: Readonly<Record<string, string>> = {
  ELU: 'LeakyReLU or ReLU',
  ThresholdedReLU: 'ReLU',
  GRU: 'LSTM',
  SimpleRNN: 'LSTM',
  RNN: 'LSTM',
  ConvLSTM2D: 'Conv2D and LSTM',
  Bidirectional: 'LSTM, forwards alone',
  LayerNormalization: 'BatchNormalization',
  GroupNormalization: 'BatchNormalization',
  UnitNormalization: 'BatchNormalization',
  Conv3D: 'Conv2D',
  Dot: 'Multiply, or Dense where one side is constant',
  Embedding: 'one-hot inputs and Dense',
  Masking: 'sequences of a fixed length',
  MultiHeadAttention: 'Conv1D or LSTM',
  LocallyConnected1D: 'Conv1D',
  LocallyConnected2D: 'Conv2D',
  Lambda: 'layers that a file can describe',
};

/** @throws KilnError `layer-unsupported`, `layer-invalid`, `weights-invalid` that name the layer */
export function loadLayer(context: LayerContext): void {
  const { layer } = context;
  const load = Object.hasOwn(LAYERS, layer.className) ? LAYERS[layer.className] : undefined;
  if (load) return load(context);
  const stand = Object.hasOwn(STAND_INS, layer.className) ? STAND_INS[layer.className] : undefined;
  throw layer.unsupported(`is none of ${Object.keys(LAYERS).join(', ')}`, stand && `In its place, use ${stand}.`);
}
