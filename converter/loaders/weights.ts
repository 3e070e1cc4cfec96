// The weights of a tfjs model: one after the other in its files, in the order of the manifest.
import { KilnError } from '../../base/errors.js';
import { elements } from '../graph/graph.js';
import { quoted } from '../graph/print.js';
import { shown, type WeightsManifest } from './model_json.js';

const FLOAT_BYTES = 4;

export interface Weight {
  shape: readonly number[];
  data: Float32Array;
}

export class Weights {
  private readonly used = new Set<string>();

  private constructor(
    private readonly model: string,
    private readonly byName: ReadonlyMap<string, Weight>,
  ) {}

  /** @param bytes all weight files, joined. @throws KilnError `weights-invalid` where the bytes do not add up. */
  static read(manifest: WeightsManifest, bytes: Uint8Array, model: string): Weights {
    const specs = manifest.flatMap(({ weights }) => weights);
    for (const spec of specs) expectPlain(spec, model);
    const expected = specs.reduce((sum, { shape }) => sum + FLOAT_BYTES * elements(shape), 0);
    if (expected !== bytes.length) {
      throw invalid(model, `its weights have ${bytes.length} B, and the manifest lists ${expected} B`);
    }
    const values = new Float32Array(new Uint8Array(bytes).buffer);
    let at = 0;
    const entries = specs.map(({ name, shape }): [string, Weight] => {
      const start = at;
      at += elements(shape);
      return [name, { shape, data: values.subarray(start, at) }];
    });
    const byName = new Map(entries);
    if (byName.size < entries.length) throw invalid(model, 'two of its weights have the same name');
    return new Weights(model, byName);
  }

  /** A layer's weight of the given shape, of finite values. Each is for one layer, so a file bounds what is made of it. */
  take(layer: string, weight: string, shape: readonly number[]): Float32Array {
    const name = this.find(`${layer}/${weight}`);
    const where = `${this.model}, layer ${quoted(layer)}`;
    if (name === undefined) throw invalid(where, `its weight "${weight}" is missing`);
    if (this.used.has(name)) throw invalid(where, `its weight ${quoted(name)} belongs to another layer`);
    const found = this.byName.get(name)!;
    if (found.shape.join() !== shape.join()) {
      throw invalid(
        where,
        `its weight "${weight}" is [${found.shape.join(',')}], and [${shape.join(',')}] is expected`,
      );
    }
    const wrong = found.data.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) throw invalid(where, `its weight "${weight}" has the value ${wrong}`);
    this.used.add(name);
    return found.data;
  }

  /** Keras may put the model's name before the layer's. */
  private find(name: string): string | undefined {
    return this.byName.has(name) ? name : [...this.byName.keys()].find((key) => key.endsWith(`/${name}`));
  }

  /** @throws KilnError `weights-invalid` where a weight belongs to no layer. */
  expectAllUsed(): void {
    const left = [...this.byName.keys()].find((name) => !this.used.has(name));
    if (left !== undefined)
      throw invalid(`${this.model}, ${quoted(left)}`, 'this weight belongs to no layer of the model');
  }
}

function expectPlain({ name, dtype, quantization }: WeightsManifest[0]['weights'][0], model: string): void {
  const where = `${model}, ${quoted(name)}`;
  if (dtype !== 'float32') throw invalid(where, `has the dtype ${shown(dtype)}, and float32 is expected`);
  if (quantization !== undefined) throw invalid(where, 'is quantized, and float32 values are expected');
}

function invalid(where: string, what: string): KilnError {
  return new KilnError('weights-invalid', { where, what, todo: 'Save the model again.' });
}
