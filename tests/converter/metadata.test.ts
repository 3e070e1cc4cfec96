// One file is the whole model: what is said beside the graph survives the .tflite, and damage to it is named.
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../converter/graph/graph.js';
import {
  encodeMetadata,
  frontendMetadata,
  METADATA_KEY,
  metadataOf,
  requireFrontend,
  type ModelMetadata,
} from '../../converter/metadata.js';
import { readTflite } from '../../converter/tflite/reader.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { KERNEL_CASES } from '../kernels/cases.js';

const graph = Object.values(KERNEL_CASES['softmax']!)[0]!;
const METADATA: ModelMetadata = {
  labels: ['yes', 'no', 'größer'],
  frontend: frontendMetadata('micro-speech', { sampleRate: 16000, windowMs: 30, pcan: { offset: 80, strength: 0.95 } }),
  normalization: { mean: [0.5], deviation: [2] },
};

function withText(text: string | Uint8Array): Graph {
  return { ...graph, metadata: new Map([[METADATA_KEY, Buffer.from(text)]]) };
}

describe('metadata', () => {
  it('comes back from the file that it was written to', () => {
    const written = writeTflite({ ...graph, metadata: encodeMetadata(METADATA) });
    expect(metadataOf(readTflite(written, 'model.tflite'))).toEqual(METADATA);
  });

  it('is empty for a model from elsewhere', () => expect(metadataOf(graph)).toEqual({}));

  it('names a front end by what its output depends on', () => {
    const { sha256 } = METADATA.frontend!;
    const reordered = { windowMs: 30, pcan: { strength: 0.95, offset: 80 }, sampleRate: 16000 };
    expect(frontendMetadata('micro-speech', reordered).sha256).toBe(sha256);
    expect(frontendMetadata('micro-speech', { ...reordered, windowMs: 25 }).sha256).not.toBe(sha256);
    expect(frontendMetadata('mel', reordered).sha256).not.toBe(sha256);
  });

  it.each([
    ['{', /metadata "tinykiln": is not JSON/],
    [Uint8Array.of(0xff, 0xfe), /is not JSON/],
    ['null', /at its top/],
    ['{"version":2}', /at version/],
    ['{"version":1,"labels":[1]}', /at labels\.0/],
    ['{"version":1,"frontend":{"kind":"a","parameters":{},"sha256":"12"}}', /at frontend\.sha256/],
    ['{"version":1,"normalization":{"mean":[],"deviation":[1]}}', /at normalization\.mean/],
  ])('refuses %j', (text, message) => expect(() => metadataOf(withText(text))).toThrow(message));
});

describe('requireFrontend', () => {
  const { parameters } = METADATA.frontend!;
  const check = (kind: string, given: object, trained = METADATA) =>
    requireFrontend('kws.tflite', trained, frontendMetadata(kind, given));

  it('takes the front end of training', () => expect(() => check('micro-speech', parameters)).not.toThrow());

  it.each([
    ['micro-speech', { ...parameters, windowMs: 25 }, /kws\.tflite: .* windowMs is 30 there, 25 here/],
    ['micro-speech', { ...parameters, pcan: null }, /pcan is {"offset":80,"strength":0\.95} there, null here/],
    ['micro-speech', { ...parameters, channels: 40 }, /channels is nothing there, 40 here/],
    ['mfcc', parameters, /micro-speech there, mfcc here/],
  ])('refuses another: %s %o', (kind, given, message) => expect(() => check(kind, given)).toThrow(message));

  it('refuses a hash that is not of its parameters', () => {
    const forged = { ...METADATA, frontend: { ...METADATA.frontend!, sha256: '0'.repeat(64) } };
    expect(() => check('micro-speech', parameters, forged)).toThrow(/a hash does not fit its parameters/);
  });

  it('refuses a model that names none', () => {
    expect(() => check('micro-speech', parameters, {})).toThrow(/does not say which front end/);
  });
});
