// tfjs models of all layers and forms that are read: for the loader's tests, and as the fuzzer's seeds.
import * as keras from '@tensorflow/tfjs-layers';

const { layers } = keras;
const image = [8, 6, 3];
const sequence = [10, 4];

type Stack = () => keras.layers.Layer[];

/** One stack of layers on an image or a sequence. */
const STACKS: Readonly<Record<string, [input: number[], stack: Stack]>> = {
  Conv1D: [sequence, () => [layers.conv1d({ filters: 5, kernelSize: 3, strides: 2, padding: 'same' })]],
  SeparableConv2D: [
    image,
    () => [layers.separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2, strides: 2 })],
  ],
  'Conv2DTranspose, same': [
    image,
    () => [layers.conv2dTranspose({ filters: 4, kernelSize: [3, 2], strides: 2, padding: 'same', activation: 'relu' })],
  ],
  'Conv2DTranspose, valid': [
    image,
    () => [layers.conv2dTranspose({ filters: 2, kernelSize: [2, 4], strides: [3, 2] })],
  ],
  ZeroPadding2D: [
    image,
    () => [
      layers.zeroPadding2d({
        padding: [
          [1, 2],
          [0, 3],
        ],
      }),
    ],
  ],
  Cropping2D: [
    image,
    () => [
      layers.cropping2D({
        cropping: [
          [1, 2],
          [0, 3],
        ],
      }),
    ],
  ],
  UpSampling2D: [image, () => [layers.upSampling2d({ size: [2, 3] })]],
  MaxPooling2D: [image, () => [layers.maxPooling2d({ poolSize: [3, 2], strides: [2, 2], padding: 'same' })]],
  'MaxPooling1D and AveragePooling1D': [
    sequence,
    () => [layers.maxPooling1d({ poolSize: 3, strides: 1 }), layers.averagePooling1d({ poolSize: 2 })],
  ],
  GlobalAveragePooling1D: [sequence, () => [layers.globalAveragePooling1d({})]],
  GlobalMaxPooling2D: [image, () => [layers.globalMaxPooling2d({})]],
  GlobalMaxPooling1D: [sequence, () => [layers.globalMaxPooling1d({})]],
  'LeakyReLU, PReLU': [image, () => [layers.leakyReLU({ alpha: 0.1 }), layers.prelu({ sharedAxes: [1, 2] })]],
  'PReLU of its own for each value': [[6], () => [layers.prelu({})]],
  'sigmoid, tanh, swish': [
    [7],
    () => [
      layers.dense({ units: 6, activation: 'sigmoid' }),
      layers.dense({ units: 5, activation: 'tanh' }),
      layers.dense({ units: 4, activation: 'swish' }),
    ],
  ],
  'Permute and RepeatVector': [
    [5, 4],
    () => [layers.permute({ dims: [2, 1] }), layers.flatten(), layers.repeatVector({ n: 3 })],
  ],
  'TimeDistributed Dense': [sequence, () => [layers.timeDistributed({ layer: layers.dense({ units: 3 }) })]],
  LSTM: [
    sequence,
    () => [
      layers.lstm({ units: 6, recurrentActivation: 'sigmoid', recurrentInitializer: 'glorotNormal' }),
      layers.dense({ units: 2 }),
    ],
  ],
  'LSTM, all steps, no bias': [
    sequence,
    () => [
      layers.lstm({
        units: 3,
        recurrentActivation: 'sigmoid',
        recurrentInitializer: 'glorotNormal',
        returnSequences: true,
        useBias: false,
      }),
    ],
  ],
  'normalization that nothing folds': [
    image,
    () => [layers.batchNormalization(), layers.activation({ activation: 'relu' })],
  ],
};

function stackModel([shape, stack]: [number[], Stack]): () => keras.LayersModel {
  return () => {
    const input = keras.input({ shape });
    const output = stack().reduce((x, layer) => layer.apply(x) as keras.SymbolicTensor, input);
    return keras.model({ inputs: input, outputs: output });
  };
}

const apply = (layer: keras.layers.Layer, ...inputs: keras.SymbolicTensor[]) =>
  layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as keras.SymbolicTensor;

const BRANCHED: Readonly<Record<string, () => keras.LayersModel>> = {
  'a residual block': () => {
    const input = keras.input({ shape: image });
    const x = apply(layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'relu' }), input);
    const sum = apply(layers.add(), x, input);
    return keras.model({ inputs: input, outputs: apply(layers.reLU({}), sum) });
  },
  'every merge': () => {
    const [a, b, c] = [keras.input({ shape: [6] }), keras.input({ shape: [6] }), keras.input({ shape: [6] })];
    const merges = [layers.add(), layers.multiply(), layers.average(), layers.maximum(), layers.minimum()];
    const merged = merges.map((merge) => apply(merge, a, b, c));
    return keras.model({ inputs: [a, b, c], outputs: apply(layers.concatenate(), ...merged) });
  },
  'channels that are joined': () => {
    const input = keras.input({ shape: image });
    const branch = (kernelSize: number) => apply(layers.conv2d({ filters: 2, kernelSize, padding: 'same' }), input);
    const joined = apply(layers.concatenate({ axis: -1 }), branch(1), branch(3), input);
    const rows = apply(layers.concatenate({ axis: 1 }), joined, joined);
    return keras.model({ inputs: input, outputs: rows });
  },
  'two inputs, two outputs': () => {
    const [a, b] = [keras.input({ shape: [4] }), keras.input({ shape: [5] })];
    const x = apply(layers.concatenate(), apply(layers.dense({ units: 3 }), a), apply(layers.dense({ units: 2 }), b));
    const second = apply(layers.dense({ units: 2, activation: 'softmax' }), x);
    return keras.model({ inputs: [a, b], outputs: [apply(layers.dense({ units: 1 }), x), second] });
  },
  'a layer that is called twice': () => {
    const [a, b] = [keras.input({ shape: [4] }), keras.input({ shape: [4] })];
    const shared = layers.dense({ units: 3, activation: 'tanh' });
    return keras.model({ inputs: [a, b], outputs: apply(layers.add(), apply(shared, a), apply(shared, b)) });
  },
  'a model within a model, called twice': () => {
    const inner = keras.sequential({ name: 'tower' });
    inner.add(layers.dense({ inputShape: [4], units: 5, activation: 'relu' }));
    inner.add(layers.dense({ units: 3 }));
    const [a, b] = [keras.input({ shape: [4] }), keras.input({ shape: [4] })];
    const x = apply(layers.average(), apply(inner, a), apply(inner, b));
    return keras.model({ inputs: [a, b], outputs: apply(layers.dense({ units: 2 }), x) });
  },
  'functional within sequential': () => {
    const input = keras.input({ shape: [6] });
    const hidden = apply(layers.dense({ units: 6 }), input);
    const block = keras.model({ inputs: input, outputs: apply(layers.add(), hidden, input), name: 'block' });
    const model = keras.sequential();
    model.add(layers.dense({ inputShape: [3], units: 6 }));
    model.add(block);
    model.add(layers.dense({ units: 2, activation: 'softmax' }));
    return model;
  },
};

/** Builders by name. */
export const NETWORKS: Readonly<Record<string, () => keras.LayersModel>> = {
  ...Object.fromEntries(Object.entries(STACKS).map(([name, stack]) => [name, stackModel(stack)])),
  ...BRANCHED,
};
