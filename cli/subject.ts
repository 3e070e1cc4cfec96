// What a board is validated against, whatever kind of model it is.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { DRIFT_HEADER_BYTES } from '../base/drift.js';
import { modelHash } from '../converter/compile.js';
import { placesOf, planIdOf, stepsOf, type Step } from '../converter/detectors/program.js';
import type { FrameClient } from '../device/frame_client.js';
import type { ModelView } from '../device/layer_dump.js';
import type { Arguments } from './command.js';
import type { Context } from './context.js';
import { expectedOutputs } from './board.js';
import { writeKept } from './calibration.js';
import { Follower, readDetectorModel, resultOf, samplesOf, windowSize, type DetectorModel } from './detector_model.js';
import { modelOf, type Model } from './model.js';
import { isStateful, modelView } from './model_view.js';
import { pathsOf } from './project.js';

export interface Subject {
  path: string;
  /** By which the board knows it. */
  hash: string;
  /** Bytes. */
  inputSize: number;
  /** Whether an output depends on the inputs before. */
  stateful: boolean;
  /** Of an int8 output. */
  outputGrid?: { scale: number; zeroPoint: number };
  /** Puts a board's state where the host's begins, after a reset. */
  afterReset?: (client: FrameClient) => Promise<void>;
  /** What the host gives. */
  expected(inputs: readonly Int8Array[]): Int8Array[];
  /** The inside in the firmware of this memory plan, or undefined where none of ours is that one. */
  viewOf(inputs: readonly Int8Array[], plan: string): ModelView | undefined;
}

/** What a command line names, or what the project made last: a network, or a detector (.json). @throws KilnError of its file. */
export function subjectOf(args: Arguments, context: Context): Subject {
  const detector = detectorPath(args, context);
  return detector === undefined ? networkSubject(modelOf(args, context)) : detectorSubject(readDetectorModel(detector));
}

/** The file of the detector that is meant; undefined where it is a network. */
export function detectorPath(args: Arguments, { cwd, project }: Context): string | undefined {
  const named = args['model'];
  if (typeof named === 'string') return named.endsWith('.json') ? resolve(cwd, named) : undefined;
  const { model, detector } = pathsOf(project);
  return !existsSync(model) && existsSync(detector) ? detector : undefined;
}

export function networkSubject(model: Model): Subject {
  const { tensors, outputs } = model.graph;
  const { scale, zeroPoint } = tensors[outputs[0]!]!.quantization ?? { scale: [1], zeroPoint: [0] };
  return {
    path: model.path,
    hash: modelHash(model.bytes),
    inputSize: model.inputSize,
    stateful: isStateful(model.graph),
    outputGrid: { scale: scale[0]!, zeroPoint: zeroPoint[0]! },
    expected: (inputs) => expectedOutputs(model, inputs),
    viewOf: (inputs, plan) => modelView(model, inputs, plan),
  };
}

/** A calibrated board is validated with the values of training, and has its own again at the next reset. */
export function detectorSubject(model: DetectorModel): Subject {
  const kept = trainedOf(model);
  return {
    path: model.path,
    hash: model.hash,
    inputSize: 2 * windowSize(model),
    stateful: true,
    ...(kept && { afterReset: (client: FrameClient) => writeKept(client, model, kept) }),
    expected: (inputs) => {
      const follower = new Follower(model, kept);
      return inputs.map((input) => resultOf(model, follower.push(samplesOf(input))));
    },
    viewOf: (inputs, plan) => (plan === planIdOf(model.program) ? viewOf(model, inputs) : undefined),
  };
}

function trainedOf({ program }: DetectorModel): Int32Array | undefined {
  return program.recentre?.trained ?? program.alarm?.trained;
}

function viewOf(model: DetectorModel, inputs: readonly Int8Array[]): ModelView {
  const places = placesOf(model.program);
  const steps = stepsOf(model.program);
  const placesIn = (field: string) => places.filter(({ name }) => name === field || name === `${field}_state`);
  return {
    layers: steps.map(({ name, stage, writes }) => ({
      name: name.replace('_', ' '),
      opcode: stage.kernel,
      outputs: placesIn(writes),
    })),
    expected(index) {
      const values = valuesAfter(model, inputs.slice(0, index + 1));
      return steps.map(({ writes }) => values[writes]);
    },
  };
}

/** What each step has written after the last of the inputs. */
function valuesAfter(model: DetectorModel, inputs: readonly Int8Array[]): Record<Step['writes'], Uint8Array[]> {
  const follower = new Follower(model, trainedOf(model));
  const { features, centred, scores, alarm } = inputs.map((input) => follower.push(samplesOf(input))).at(-1)!;
  const state = follower.tracker?.state() ?? new Uint8Array();
  return {
    features: [littleEndian(features)],
    centred: [littleEndian(centred)],
    output: [littleEndian(scores)],
    alarm: [littleEndian(Int32Array.of(alarm ? 1 : 0))],
    drift: [state.subarray(0, DRIFT_HEADER_BYTES), state.subarray(DRIFT_HEADER_BYTES)],
  };
}

function littleEndian({ buffer, byteOffset, byteLength }: Int16Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
