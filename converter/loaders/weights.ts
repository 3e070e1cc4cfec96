// The weights of a tfjs model: one after the other in its files, in the order of the manifest.
import { KilnError } from '../../base/errors.js';
import { elements } from '../graph/graph.js';
import type { WeightsManifest } from './model_json.js';

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
    const other = specs.find(({ dtype }) => dtype !== 'float32');
    if (other) throw invalid(`${model}: ${other.name}`, `has the dtype ${other.dtype}, and float32 is expected`);
    const expected = specs.reduce((sum, { shape }) => sum + 4 * elements(shape), 0);
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
    return new Weights(model, new Map(entries));
  }

  /** A layer's weight of the given shape. Keras may put the model's name before the layer's. */
  take(layer: string, weight: string, shape: readonly number[]): Float32Array {
    const name = [...this.byName.keys()].find((key) => `/${key}`.endsWith(`/${layer}/${weight}`));
    const where = `${this.model}, layer "${layer}"`;
    if (name === undefined) throw invalid(where, `its weight "${weight}" is missing`);
    const found = this.byName.get(name)!;
    if (found.shape.join() !== shape.join()) {
      throw invalid(
        where,
        `its weight "${weight}" is [${found.shape.join(',')}], and [${shape.join(',')}] is expected`,
      );
    }
    this.used.add(name);
    return found.data;
  }

  /** @throws KilnError `weights-invalid` where a weight belongs to no layer. */
  expectAllUsed(): void {
    const left = [...this.byName.keys()].find((name) => !this.used.has(name));
    if (left !== undefined) throw invalid(`${this.model}: ${left}`, 'this weight belongs to no layer of the model');
  }
}

function invalid(where: string, what: string): KilnError {
  return new KilnError('weights-invalid', { where, what, todo: 'Save the model again.' });
}
