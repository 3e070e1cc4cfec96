// The audio front end on a core that QEMU runs: its features, and what a second of audio costs.
import { KilnError } from '../base/errors.js';
import { type BenchTarget, type ProjectFile } from '../firmware-templates/index.js';
import { benchModel } from './bench.js';

export interface FrontendBench {
  /** frontend.h and frontend.c. */
  files: readonly ProjectFile[];
  /** Prefix of their names. */
  name: string;
  sampleRate: number;
  /** Samples from frame to frame: as many are fed at once. */
  stride: number;
  channels: number;
  /** Of a model, in a frame. */
  features: number;
  samples: Int16Array;
  target: BenchTarget;
  /** Compiler's optimization: -O2 … */
  optimization: string;
}

export interface FrontendCost {
  /** Instructions per second of audio. */
  instructions: number;
  /** Bytes: code with tables, static memory, and stack at most. */
  flash: number;
  ram: number;
  stack: number;
  /** Of all frames: the channels' logarithms, and a model's features. */
  logs: Uint16Array;
  features: Int8Array;
  compiler: string;
}

/** @throws KilnError `tool-missing`, `build-failed`, `bench-failed`; `bench-short` where not one frame is full */
export function benchFrontend(options: FrontendBench): FrontendCost {
  const { name, stride, channels, features, samples, sampleRate } = options;
  const ends = {
    inputs: [{ name: 'input', bytes: 2 * stride }],
    outputs: [{ name: 'output', bytes: 2 * channels + features + 1 }],
  };
  const vectors = chunksOf(samples, stride);
  const { target, optimization } = options;
  const found = benchModel({
    ...ends,
    ...{ name, target, optimization, vectors, layers: [], files: program(options) },
  });
  const full = found.outputs.filter((output) => output.at(-1) === 1);
  if (full.length === 0) throw tooShort(name, samples.length);
  const bytes = (from: number, to: number) => Uint8Array.from(full.flatMap((frame) => [...frame.subarray(from, to)]));
  const seconds = (vectors.length * stride) / sampleRate;
  return {
    instructions: Math.round(found.instructions.reduce((sum, count) => sum + count, 0) / seconds),
    flash: found.flash,
    ram: found.ram - 2 * stride - 2 * channels - features - 1,
    stack: found.stack,
    logs: new Uint16Array(bytes(0, 2 * channels).buffer),
    features: new Int8Array(bytes(2 * channels, 2 * channels + features).buffer),
    compiler: found.compiler,
  };
}

/** Whole strides; the last one is filled up with silence. */
function chunksOf(samples: Int16Array, stride: number): Int8Array[] {
  return Array.from({ length: Math.ceil(samples.length / stride) }, (_, i) => {
    const chunk = new Int16Array(stride);
    chunk.set(samples.subarray(i * stride, (i + 1) * stride));
    return new Int8Array(chunk.buffer);
  });
}

/** The front end in the shape of a model: an invocation takes a stride of samples and gives a frame, if one is full. */
function program({ files, name, stride, channels, features }: FrontendBench): ProjectFile[] {
  const text = (path: string) => files.find((file) => file.path === path)?.text ?? '';
  const wrapper = `
static int16_t bench_samples[${stride}];
static struct {
  uint16_t logs[${channels}];
  int8_t features[${features} + 1];
} bench_output;
int8_t *${name}_input(void) { return (int8_t *)bench_samples; }
int8_t *${name}_output(void) { return (int8_t *)&bench_output; }
void ${name}_init(void) { ${name}_frontend_reset(); }
void ${name}_invoke(void) {
  bench_output.features[${features}] = 0;
  for (int32_t at = 0; at < ${stride};) {
    at += ${name}_frontend_feed(bench_samples + at, ${stride} - at);
    if (!${name}_frontend_frame(bench_output.logs)) continue;
    ${name}_frontend_features(bench_output.logs, bench_output.features);
    bench_output.features[${features}] = 1;
  }
}
`;
  const declarations = [
    'int8_t *$_input(void);',
    'int8_t *$_output(void);',
    'void $_init(void);',
    'void $_invoke(void);',
  ];
  const header = ['#include <stdint.h>', ...declarations].map((line) => `${line.replace('$', name)}\n`).join('');
  const source = text('frontend.c').replace('#include "frontend.h"', text('frontend.h'));
  return [
    { path: 'model.h', text: header },
    { path: 'model.c', text: `#include "model.h"\n${source}${wrapper}` },
  ];
}

function tooShort(name: string, samples: number): KilnError {
  const what = `${samples} samples do not fill one frame`;
  return new KilnError('bench-short', { where: `front end ${name}`, what, todo: 'Give more samples.' });
}
