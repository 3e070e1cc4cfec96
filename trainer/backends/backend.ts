// Which tfjs backend trains: tfjs-node where it loads, else wasm with our kernels, else plain JavaScript with a warning.
import * as tf from '@tensorflow/tfjs-core';
import { KilnError, messageOf } from '../../base/errors.js';
import { registerBatchNormGradient, registerComposedBatchNorm } from './batch_norm.js';
import { registerGradients } from './gradients.js';
import { registerPlainQuantizedActivation, registerQuantizedActivationGradient } from './quantized_activation.js';

export const BACKENDS = ['tfjs-node', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

const TFJS_NAME: Readonly<Record<BackendName, string>> = { 'tfjs-node': 'tensorflow', wasm: 'wasm', cpu: 'cpu' };

/**
 * Makes a backend tfjs' current one, with every kernel that training needs.
 * @param wanted that one or an error; without it the first that loads
 * @param onNotice told when only the slow backend is left
 * @returns the backend's name
 * @throws KilnError `backend-unavailable`
 */
export async function startBackend(
  wanted: BackendName | undefined,
  onNotice: (text: string) => void,
): Promise<BackendName> {
  tf.env().set('PROD', true); // tfjs' own warnings go to the console, which is the command line's alone.
  registerGradients();
  registerBatchNormGradient();
  registerQuantizedActivationGradient();
  const failures: string[] = [];
  for (const name of wanted ? [wanted] : BACKENDS) {
    try {
      await start(name);
      if (name === 'cpu' && !wanted) onNotice(slowNotice(failures));
      return name;
    } catch (error) {
      failures.push(`${name}: ${messageOf(error).split('\n')[0]}`);
    }
  }
  throw new KilnError('backend-unavailable', {
    where: `training backend ${wanted ?? BACKENDS.join(', ')}`,
    what: `it does not start (${failures.join('; ')})`,
    todo: 'Leave the choice of the backend to tinykiln, or install @tensorflow/tfjs-node.',
  });
}

function slowNotice(failures: string[]): string {
  return `training runs in plain JavaScript, some hundred times slower than wasm, because no other backend starts (${failures.join('; ')})`;
}

async function start(name: BackendName): Promise<void> {
  if (name === 'wasm') {
    const { startWasm } = await import('./wasm_backend.js');
    return startWasm();
  }
  if (name === 'tfjs-node') {
    process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'; // TensorFlow's own remarks on the machine; errors still show.
    await import('@tensorflow/tfjs-node' as string);
  } else await import('@tensorflow/tfjs-backend-cpu');
  const tfjsName = TFJS_NAME[name];
  if (!(await tf.setBackend(tfjsName))) throw new Error(`tfjs cannot start its backend ${tfjsName}`);
  registerComposedBatchNorm(tfjsName);
  registerPlainQuantizedActivation(tfjsName);
}
