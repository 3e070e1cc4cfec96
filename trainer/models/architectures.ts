// The architectures by name: to add one is to add its file and a line here.
import { DEFAULT_MODEL as DEFAULT_DS_CNN, dsCnn, type DsCnnSpec } from './ds_cnn.js';
import { DEFAULT_DS_RESNET, dsResNet, type DsResNetSpec } from './ds_resnet.js';
import type { Model, Pair } from './layers.js';
import { DEFAULT_SVDF_STREAM, svdfStream, type SvdfStreamSpec } from './svdf_stream.js';
import { DEFAULT_TC_RESNET, tcResNet, type TcResNetSpec } from './tc_resnet.js';
import { DEFAULT_TINY_CONV, tinyConv, type TinyConvSpec } from './tiny_conv.js';

export type ModelSpec = DsCnnSpec | DsResNetSpec | SvdfStreamSpec | TcResNetSpec | TinyConvSpec;
export type ModelKind = ModelSpec['kind'];

type SpecOf<K extends ModelKind> = Extract<ModelSpec, { kind: K }>;

interface Architecture<Spec> {
  defaults: Spec;
  build(spec: Spec, shape: Pair, labels: readonly string[]): Model;
}

export const ARCHITECTURES: { readonly [K in ModelKind]: Architecture<SpecOf<K>> } = {
  'ds-cnn': { defaults: DEFAULT_DS_CNN, build: dsCnn },
  'ds-resnet': { defaults: DEFAULT_DS_RESNET, build: dsResNet },
  'svdf-stream': { defaults: DEFAULT_SVDF_STREAM, build: svdfStream },
  'tc-resnet': { defaults: DEFAULT_TC_RESNET, build: tcResNet },
  'tiny-conv': { defaults: DEFAULT_TINY_CONV, build: tinyConv },
};

/** The model of a spec for features of [frames, channels]. */
export function buildModel<K extends ModelKind>(spec: SpecOf<K>, shape: Pair, labels: readonly string[]): Model {
  const { build } = ARCHITECTURES[spec.kind as K];
  return build(spec, shape, labels);
}
