// How a model listens to a stream: its front end by its own metadata, the rule of detection by the config and by `kiln evaluate`.
import { z } from 'zod';
import { KilnError } from '../base/errors.js';
import { elements } from '../converter/graph/graph.js';
import { GraphInterpreter } from '../converter/interpreter.js';
import { frontendMetadata, metadataOf, requireFrontend, type FrontendMetadata } from '../converter/metadata.js';
import { audioStream, type StreamSources } from '../firmware-templates/index.js';
import { NEVER } from '../trainer/detection/spec.js';
import { detectionSpec, type DetectionSettings } from '../trainer/detection/settings.js';
import { Listener, type Inference, type ListenerSpec } from '../trainer/detection/listener.js';
import {
  checkFrontend,
  featuresPerFrame,
  frameSizes,
  frontendKind,
  type FrontendSpec,
} from '../trainer/frontend/micro_frontend.js';
import { frontendTables } from '../trainer/frontend/tables.js';
import type { Config } from './config.js';
import { frontendSpec } from './data.js';
import type { Model } from './model.js';
import { feed, isStateful } from './model_view.js';

/** A model's ear: everything that decides what it hears when. */
export interface Ear extends ListenerSpec {
  labels: string[];
  /** As the model's metadata has it. */
  metadata: FrontendMetadata;
}

const parameters = z.object({
  sampleRate: z.number(),
  windowMs: z.number(),
  strideMs: z.number(),
  channels: z.number(),
  lowerHz: z.number(),
  upperHz: z.number(),
  noiseReduction: z.object({
    smoothingBits: z.number(),
    evenSmoothing: z.number(),
    oddSmoothing: z.number(),
    minSignalRemaining: z.number(),
  }),
  pcan: z.object({ strength: z.number(), offset: z.number(), gainBits: z.number() }).optional(),
  logShift: z.number(),
  mfcc: z.object({ coefficients: z.number(), lifter: z.number(), steps: z.number() }).optional(),
});

/**
 * @param settings the config's, or the defaults @param thresholds by label, where they were chosen by measuring
 * @throws KilnError `model-deaf` where the model cannot listen, and why; `frontend-invalid`, `detection-…`
 */
export function earOf(model: Model, settings: DetectionSettings, thresholds?: Readonly<Record<string, number>>): Ear {
  const metadata = metadataOf(model.graph);
  const { frontend: trained, labels } = metadata;
  if (!trained) throw deaf(model, 'its file does not say which front end it was trained on');
  if (!labels || labels.length !== model.outputSize) throw deaf(model, 'its file does not name its classes');
  const frontend = specOf(model, trained);
  requirePosteriors(model);
  const { stride } = frameSizes(frontend);
  const frames = framesOf(model, frontend);
  const stepFrames = isStateful(model.graph) ? frames : undefined;
  const rule = detectionSpec(settings, {
    labels,
    strideMs: (1000 * stride) / frontend.sampleRate,
    stepFrames,
    thresholds,
  });
  if (isStateful(model.graph) && rule.detection.gate.level > 0) throw gated(model);
  return { frontend, ...rule, frames, labels, metadata: trained };
}

/** @throws KilnError `frontend-mismatch` where the config's front end is another than the model's */
export function requireConfigured(model: Model, config: Pick<Config, 'frontend'>): void {
  requireFrontend(model.path, metadataOf(model.graph), frontendMetadata(config.frontend.kind, frontendSpec(config)));
}

function specOf(model: Model, { kind, parameters: given, sha256 }: FrontendMetadata): FrontendSpec {
  const parsed = parameters.safeParse(given);
  if (!parsed.success || kind !== frontendKind(plain(parsed.data)))
    throw deaf(model, `it was trained on a front end \`${kind}\`, which is not known here`);
  if (frontendMetadata(kind, given).sha256 !== sha256)
    throw deaf(model, "its front end's hash does not fit its parameters");
  const spec = plain(parsed.data);
  checkFrontend(spec);
  return spec;
}

/** The detector reads a softmax in int8: a posterior is (q + 128) / 256. */
function requirePosteriors(model: Model): void {
  const { tensors, outputs } = model.graph;
  const { scale, zeroPoint } = tensors[outputs[0]!]!.quantization ?? { scale: [], zeroPoint: [] };
  if (scale[0] === 1 / 256 && zeroPoint[0] === -128) return;
  throw deaf(model, 'its output is not a softmax in int8, of scale 1/256 and zero point -128');
}

/** What is left out, as the spec leaves it out. */
function plain({ mfcc, ...spec }: z.output<typeof parameters>): FrontendSpec {
  return { ...spec, pcan: spec.pcan, ...(mfcc && { mfcc }) };
}

function framesOf(model: Model, frontend: FrontendSpec): number {
  const count = featuresPerFrame(frontend);
  const { tensors, inputs } = model.graph;
  const size = elements(tensors[inputs[0]!]!.shape);
  if (inputs.length === 1 && size % count === 0) return size / count;
  throw deaf(model, `its input of ${size} values is no whole number of frames of ${count}`);
}

function deaf({ path }: Model, what: string): KilnError {
  return new KilnError('model-deaf', { where: path, what, todo: 'Train and convert it with this tinykiln.' });
}

function gated({ path }: Model): KilnError {
  const what = 'its state goes on from step to step, and an energy gate would leave steps out';
  return new KilnError('detection-gate', { where: path, what, todo: 'Leave `detection.gate` out.' });
}

/** The same by the host's arithmetic. */
export function listenerOn(model: Model, ear: Ear): Listener {
  return new Listener(ear, inferenceOf(model));
}

export function inferenceOf({ graph }: Model): Inference {
  const interpreter = new GraphInterpreter(graph);
  return {
    infer(input) {
      feed(interpreter, input);
      interpreter.invoke();
      return interpreter.outputs[0] as Int8Array;
    },
    reset: () => interpreter.reset(),
  };
}

/** The same in firmware. */
export function streamOf({ frontend, detection, frames, framesPerStep, metadata }: Ear): StreamSources {
  const { sha256 } = metadata;
  return audioStream({ frontend: frontendTables(frontend), sha256, detection, frames, framesPerStep });
}

/** Labels of the keywords, in the order of the classes. */
export const heardBy = ({ labels, detection }: Ear) => labels.filter((_, i) => detection.thresholds[i] !== NEVER);

/** Seconds from the start of a stream. */
export const secondsOf = ({ frontend }: Ear, samples: number) => samples / frontend.sampleRate;
