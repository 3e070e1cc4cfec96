// The weights of a tfjs model: one after the other in its files, in the order of the manifest.
import { z } from 'zod';
import { KilnError } from '../../base/errors.js';
import { elements } from '../graph/graph.js';
import { quoted } from '../graph/print.js';
import { decodeFloat16 } from '../tflite/tensor_data.js';
import { shown, type WeightsManifest } from './model_json.js';

type Spec = WeightsManifest[0]['weights'][0];

/** How tfjs-converter shrinks weights: float16, or value = scale × q + min. */
const quantizationSchema = z.union([
  z.object({ dtype: z.literal('float16') }),
  z.object({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
]);
type Quantization = z.output<typeof quantizationSchema>;

const BYTES = { float32: 4, int32: 4, float16: 2, uint8: 1, uint16: 2 } as const;

export interface Weight {
  shape: readonly number[];
  data: Float32Array;
}

export class Weights {
  /** Names by each of their ends: a/b/kernel is found as b/kernel too. */
  private readonly byEnd = new Map<string, string[]>();
  /** By the weight's name, the layer that took it. */
  private readonly users = new Map<string, string>();

  private constructor(
    private readonly model: string,
    private readonly byName: ReadonlyMap<string, Weight>,
  ) {
    for (const name of byName.keys()) {
      for (let at = 0; at >= 0; at = name.indexOf('/', at) + 1 || -1) {
        const end = name.slice(at);
        const names = this.byEnd.get(end);
        if (names) names.push(name);
        else this.byEnd.set(end, [name]);
      }
    }
  }

  /** @param bytes all weight files, joined. @throws KilnError `weights-invalid` where the bytes do not add up. */
  static read(manifest: WeightsManifest, bytes: Uint8Array, model: string): Weights {
    const specs = manifest.flatMap(({ weights }) => weights).map((spec) => ({ spec, form: formOf(spec, model) }));
    const expected = specs.reduce((sum, { spec, form }) => sum + BYTES[form.dtype] * elements(spec.shape), 0);
    if (expected !== bytes.length) {
      throw invalid(model, `its weights have ${bytes.length} B, and the manifest lists ${expected} B`);
    }
    let at = 0;
    const entries = specs.map(({ spec, form }): [string, Weight] => {
      const start = at;
      at += BYTES[form.dtype] * elements(spec.shape);
      return [spec.name, { shape: spec.shape, data: decode(Uint8Array.from(bytes.subarray(start, at)), form) }];
    });
    const byName = new Map(entries);
    if (byName.size < entries.length) throw invalid(model, 'two of its weights have the same name');
    return new Weights(model, byName);
  }

  /**
   * A layer's weight of the given shape, of finite values. Each is for one layer, so a file bounds what is made of it.
   * @param layer its path through models within models
   * @param names what the weight may be called
   */
  take(layer: string, names: readonly string[], shape: readonly number[]): Float32Array {
    const where = `${this.model}, layer ${quoted(layer)}`;
    const name = this.find(layer, names);
    if (name === undefined) throw invalid(where, `its weight "${names[0]}" is missing`);
    const user = this.users.get(name);
    if (user !== undefined && user !== layer) {
      throw invalid(where, `its weight ${quoted(name)} belongs to another layer`);
    }
    const found = this.byName.get(name)!;
    if (found.shape.join() !== shape.join()) {
      const what = `its weight "${names[0]}" is [${found.shape.join(',')}], and [${shape.join(',')}] is expected`;
      throw invalid(where, what);
    }
    const wrong = found.data.find((value) => !Number.isFinite(value));
    if (wrong !== undefined) throw invalid(where, `its weight "${names[0]}" has the value ${wrong}`);
    this.users.set(name, layer);
    return found.data;
  }

  /** The shape of a layer's weight, or undefined where there is none. */
  shapeOf(layer: string, names: readonly string[]): readonly number[] | undefined {
    return this.byName.get(this.find(layer, names) ?? '')?.shape;
  }

  /** Keras may put models' names before the layer's, or leave them out: the longest part of the path that is there wins. */
  private find(layer: string, names: readonly string[]): string | undefined {
    const parts = layer.split('/');
    const own = (key: string) => [undefined, layer].includes(this.users.get(key));
    for (let skipped = 0; skipped < parts.length; skipped++) {
      const path = parts.slice(skipped).join('/');
      for (const name of names) {
        const wanted = `${path}/${name}`;
        const matches = this.byEnd.get(wanted) ?? [];
        const found = matches.find((key) => key === wanted && own(key)) ?? matches.find(own) ?? matches[0];
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** @throws KilnError `weights-invalid` where a weight belongs to no layer. */
  expectAllUsed(): void {
    const left = [...this.byName.keys()].find((name) => !this.users.has(name) && !IGNORED.test(name));
    if (left !== undefined)
      throw invalid(`${this.model}, ${quoted(left)}`, 'this weight belongs to no layer of the model');
  }
}

/** What layers keep for training alone: Normalization's count, a dropout's seed. */
const IGNORED = /(^|\/)(count|seed_generator(_state)?)$/;

type Form = { dtype: keyof typeof BYTES; scale?: number; min?: number };

function formOf({ name, dtype, quantization }: Spec, model: string): Form {
  const where = `${model}, ${quoted(name)}`;
  if (dtype === 'int32' && IGNORED.test(name)) return { dtype };
  if (dtype !== 'float32') throw invalid(where, `has the dtype ${shown(dtype)}, and float32 is expected`);
  if (quantization === undefined) return { dtype };
  const parsed = quantizationSchema.safeParse(quantization);
  if (!parsed.success)
    throw invalid(where, 'has a quantization other than float16, uint8 or uint16 with scale and min');
  return parsed.data satisfies Quantization;
}

/** @param bytes the weight's own, from their start on */
function decode(bytes: Uint8Array, { dtype, scale = 1, min = 0 }: Form): Float32Array {
  const { buffer } = bytes;
  if (dtype === 'float32') return new Float32Array(buffer);
  if (dtype === 'int32') return Float32Array.from(new Int32Array(buffer));
  if (dtype === 'float16') return decodeFloat16(bytes);
  return Float32Array.from(dtype === 'uint8' ? bytes : new Uint16Array(buffer), (q) => q * scale + min);
}

function invalid(where: string, what: string): KilnError {
  return new KilnError('weights-invalid', { where, what, todo: 'Save the model again.' });
}
