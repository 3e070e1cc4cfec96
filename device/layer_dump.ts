// Which layer is wrong: an inference goes layer by layer on the board, and what each wrote is compared with the host's.
import type { FrameClient } from './frame_client.js';
import { bytesOf, crcOf } from './frame_client.js';

/** A tensor that a layer writes, where the firmware has it when the layer has run. */
export interface LayerOutput {
  name: string;
  /** In the arena, in bytes. */
  offset: number;
  elementBytes: number;
}

export interface LayerView {
  name: string;
  opcode: string;
  outputs: readonly LayerOutput[];
}

/** The inside of a model as the host knows it; layers in the order in which the firmware runs them. */
export interface ModelView {
  layers: readonly LayerView[];
  /** The bytes of each layer's outputs for one vector. */
  expected(index: number): Uint8Array[][];
}

/** The first layer whose output differs. */
export interface LayerFinding {
  /** Its number in the firmware. */
  number: number;
  layer: string;
  opcode: string;
  tensor: string;
  /** The vector on which it was seen. */
  index: number;
  /** First element that differs, its bytes (little-endian hexadecimal), and how many of how many elements differ. */
  element: number;
  expected: string;
  actual: string;
  differing: number;
  elements: number;
}

/**
 * Runs the input that was written, layer by layer. A CRC of each output tells whether it is right, so that no more than
 * one tensor is transferred. Every layer is looked at, in order: where layers branch, or a ReLU hides a difference for a
 * while, halving would find a later one.
 * @returns undefined where every layer is right
 */
export async function firstWrongLayer(
  client: FrameClient,
  view: ModelView,
  index: number,
): Promise<LayerFinding | undefined> {
  const expected = view.expected(index);
  for (const [number, { name, opcode, outputs }] of view.layers.entries()) {
    const spans = outputs.map(({ offset }, i) => ({ offset, length: expected[number]![i]!.length }));
    const crcs = await client.runLayer(number, spans);
    const wrong = crcs.findIndex((crc, i) => crc !== crcOf(expected[number]![i]!));
    if (wrong < 0) continue;
    const { offset, length } = spans[wrong]!;
    const difference = compare(
      expected[number]![wrong]!,
      await client.read('arena', offset, length),
      outputs[wrong]!.elementBytes,
    );
    return { number, layer: name, opcode, tensor: outputs[wrong]!.name, index, ...difference };
  }
  return undefined;
}

function compare(expected: Uint8Array, actual: Uint8Array, elementBytes: number) {
  const elements = expected.length / elementBytes;
  const at = (bytes: Uint8Array, element: number) =>
    Buffer.from(bytesOf(bytes)).toString('hex', element * elementBytes, (element + 1) * elementBytes);
  const wrong = Array.from({ length: elements }, (_, i) => i).filter((i) => at(expected, i) !== at(actual, i));
  const element = wrong[0] ?? 0;
  return {
    element,
    expected: at(expected, element),
    actual: at(actual, element),
    differing: wrong.length,
    elements,
  };
}
