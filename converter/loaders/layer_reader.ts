// A Keras layer's config, one checked key at a time; errors name the model, the layer and its class.
import type { z } from 'zod';
import { KilnError } from '../../base/errors.js';
import { quoted } from '../graph/print.js';
import { shown, type KerasLayer } from './model_json.js';

export class LayerReader {
  readonly name: string;
  readonly className: string;

  /** @param path the names of the models that it lies in, and its own, with / between */
  constructor(
    private readonly layer: KerasLayer,
    private readonly model: string,
    readonly path: string,
  ) {
    this.name = path;
    this.className = layer.class_name;
  }

  /** @param fallback what Keras takes where the key is missing or null. @throws KilnError `layer-invalid` */
  read<S extends z.ZodType>(key: string, schema: S, fallback?: z.input<S>): z.output<S> {
    const value = Object.hasOwn(this.layer.config, key) ? this.layer.config[key] : undefined;
    const parsed = schema.safeParse(value ?? fallback);
    if (parsed.success) return parsed.data;
    throw this.invalid(`has ${key} ${shown(value)}: ${parsed.error.issues[0]!.message}`);
  }

  /** Refuses a config that asks for something that no op here does. @throws KilnError `layer-unsupported` */
  expect(key: string, allowed: string | number): void {
    const value = Object.hasOwn(this.layer.config, key) ? this.layer.config[key] : undefined;
    if ((value ?? allowed) === allowed) return;
    throw this.unsupported(`has ${key} ${shown(value)}, and only ${shown(allowed)} works`);
  }

  invalid(what: string): KilnError {
    return new KilnError('layer-invalid', { where: this.where, what, todo: 'Save the model again.' });
  }

  unsupported(what: string, todo = 'Build the model without it, or give a .tflite file.'): KilnError {
    return new KilnError('layer-unsupported', { where: this.where, what, todo });
  }

  private get where(): string {
    return `${this.model}, layer ${quoted(this.name)} (${this.layer.class_name})`;
  }
}
