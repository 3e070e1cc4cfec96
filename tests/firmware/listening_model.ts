// A model that listens: random weights over the newest frames, a softmax, and metadata as training writes it.
import { encodeMetadata, frontendMetadata } from '../../converter/metadata.js';
import { compile } from '../../converter/compile.js';
import { writeTflite } from '../../converter/tflite/writer.js';
import { readTflite } from '../../converter/tflite/reader.js';
import type { Graph } from '../../converter/graph/graph.js';
import {
  MICRO_SPEECH,
  featuresPerFrame,
  frontendKind,
  type FrontendSpec,
} from '../../trainer/frontend/micro_frontend.js';
import { GraphBuilder } from '../kernels/builder.js';
import type { Model } from '../../cli/model.js';
import type { ProjectFile } from '../../firmware-templates/index.js';

export const LABELS = ['no', 'yes', '_silence_', '_unknown_'];
const FRAMES = 20;

function graphOf(spec: FrontendSpec): Graph {
  const b = new GraphBuilder('listening', 4);
  const size = FRAMES * featuresPerFrame(spec);
  const x = b.activation([1, size], 1 / 64, 0);
  const w = b.weights({ shape: [LABELS.length, size], scales: [0.002], axis: 0 });
  const logits = b.activation([1, LABELS.length], 0.05, 0);
  const bias = b.bias(x, w, LABELS.length, 1000);
  b.op('FULLY_CONNECTED', [x, w, bias], logits, { activation: 'NONE', keepNumDims: false });
  const y = b.activation([1, LABELS.length], 1 / 256, -128);
  const graph = b.graph(x, b.op('SOFTMAX', [logits], y, { beta: 1 }));
  const frontend = frontendMetadata(frontendKind(spec), spec);
  return { ...graph, metadata: encodeMetadata({ labels: LABELS, frontend }) };
}

/** As the commands read it from a file. */
export function listeningModel(spec: FrontendSpec = MICRO_SPEECH): Model {
  const bytes = writeTflite(graphOf(spec));
  const graph = readTflite(bytes, 'listening');
  return {
    path: 'listening.tflite',
    bytes,
    graph,
    inputSize: FRAMES * featuresPerFrame(spec),
    outputSize: LABELS.length,
  };
}

export function listeningFiles({ graph, bytes }: Model, name: string): ProjectFile[] {
  return compile(graph, { name, tflite: bytes, core: 'dsp' }).files;
}
