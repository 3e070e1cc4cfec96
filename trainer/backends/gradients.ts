// The gradients of the operations that our networks are made of: tfjs-core's Node bundle brings none.
import * as tf from '@tensorflow/tfjs-core';

type Attributes = tf.NamedAttrMap;

interface Gradient {
  inputs: string[];
  gradient(dy: tf.Tensor, saved: tf.Tensor[], attributes: Attributes): Record<string, () => tf.Tensor>;
}

/** Registers them, unless a fuller tfjs has done so. */
export function registerGradients(): void {
  for (const [kernelName, { inputs, gradient }] of Object.entries(GRADIENTS)) {
    if (tf.getGradient(kernelName)) continue;
    const gradFunc: tf.GradFunc = (dy, saved, attributes) => gradient(dy as tf.Tensor, saved, attributes);
    tf.registerGradient({ kernelName, inputsToSave: inputs, gradFunc });
  }
}

const GRADIENTS: Readonly<Record<string, Gradient>> = {
  [tf.Add]: {
    inputs: ['a', 'b'],
    gradient: (dy, [a, b]) => ({ a: () => sumTo(dy, a!.shape), b: () => sumTo(dy, b!.shape) }),
  },
  [tf.Multiply]: {
    inputs: ['a', 'b'],
    gradient: (dy, [a, b]) => ({
      a: () => sumTo(tf.mul(dy, b!), a!.shape),
      b: () => sumTo(tf.mul(dy, a!), b!.shape),
    }),
  },
  [tf.Reshape]: {
    inputs: ['x'],
    gradient: (dy, [x]) => ({ x: () => tf.reshape(dy, x!.shape) }),
  },
  [tf.Relu]: {
    inputs: ['x'],
    gradient: (dy, [x]) => ({ x: () => tf.mul(dy, tf.step(x!)) }),
  },
  [tf.BatchMatMul]: {
    inputs: ['a', 'b'],
    gradient: (dy, [a, b]) => ({ a: () => tf.matMul(dy, tf.transpose(b!)), b: () => tf.matMul(tf.transpose(a!), dy) }),
  },
  [tf.Conv2D]: {
    inputs: ['x', 'filter'],
    gradient: (dy, [x, filter], attributes) => ({
      x: () => run(tf.Conv2DBackpropInput, { dy, filter: filter! }, { ...attributes, inputShape: x!.shape }),
      filter: () => run(tf.Conv2DBackpropFilter, { x: x!, dy }, { ...attributes, filterShape: filter!.shape }),
    }),
  },
  [tf.DepthwiseConv2dNative]: {
    inputs: ['x', 'filter'],
    gradient: (dy, [x, filter], attributes) => ({
      x: () =>
        run(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter: filter! }, { ...attributes, inputShape: x!.shape }),
      filter: () =>
        run(tf.DepthwiseConv2dNativeBackpropFilter, { x: x!, dy }, { ...attributes, filterShape: filter!.shape }),
    }),
  },
};

function run(kernelName: string, inputs: tf.NamedTensorMap, attributes: Attributes): tf.Tensor {
  return tf.engine().runKernel(kernelName, inputs, attributes) as tf.Tensor;
}

/** The gradient of a broadcast: summed over the axes that were stretched. */
function sumTo(dy: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, shape);
}
