// The shapes of the two examples' models with weights that mean nothing: as large as trained ones, and at hand everywhere.
import type { Core } from '../../converter/codegen/kernel_call.js';
import { compile, type SourceFile } from '../../converter/compile.js';
import type { Graph } from '../../converter/graph/graph.js';
import { NetworkBuilder } from '../converter/plan_networks.js';
import { GraphBuilder } from '../kernels/builder.js';
import { TINY, TINY_FILES } from '../firmware/tiny_model.js';

/** MLPerf Tiny's keyword spotter: 49 × 10 features, four separable blocks of 64 channels, 12 classes. */
function keywordSpotter(): Graph {
  const network = new NetworkBuilder('spotter');
  const input = network.input(49, 10, 1);
  let x = network.conv(input, 64, [10, 4], 2);
  for (let block = 0; block < 4; block++) x = network.conv(network.depthwise(x), 64, 1);
  return network.graph(input, network.conv(network.pool(x), 12, 1));
}

/** MLPerf Tiny's anomaly detector: 640 → 128 × 4 → 8 → 128 × 4 → 640. */
function anomalyDetector(): Graph {
  const b = new GraphBuilder('detector', 1);
  const widths = [128, 128, 128, 128, 8, 128, 128, 128, 128, 640];
  const input = b.activation([1, 640], 0.05, 0);
  let x = input;
  let width = 640;
  for (const next of widths) {
    const weights = b.weights({ shape: [next, width], scales: [0.01], axis: 0 });
    const output = b.activation([1, next], 0.05, 0);
    b.op('FULLY_CONNECTED', [x, weights, b.bias(x, weights, next, 500)], output, {
      activation: 'RELU',
      keepNumDims: false,
    });
    [x, width] = [output, next];
  }
  return b.graph(input, x);
}

export interface ExampleModel {
  title: string;
  name: string;
  files: (core: Core) => readonly SourceFile[];
  /** None of the application alone. */
  graph?: Graph;
}

const compiled = (title: string, name: string, graph: Graph): ExampleModel => ({
  ...{ title, name, graph },
  files: (core) =>
    compile(graph, { name, tflite: new Uint8Array(), core }).files.filter(({ path }) => /\.[ch]$/.test(path)),
});

/** Nothing but the application, then the two examples. */
export const EXAMPLE_MODELS: readonly ExampleModel[] = [
  { title: 'application alone', name: TINY.name, files: () => TINY_FILES },
  compiled('keyword spotter', 'spotter', keywordSpotter()),
  compiled('anomaly detector', 'detector', anomalyDetector()),
];
