// A worker in which a teacher judges some rows of features.
import { workerData } from 'node:worker_threads';
import { createInterpreter } from '../converter/interpreter.js';
import { readTflite } from '../converter/tflite/reader.js';
import { CACHE_HEADER } from '../trainer/feature_cache.js';
import { serveWorker } from '../trainer/worker_thread.js';
import { logitsTensor } from './teacher.js';

export interface TeacherJob {
  bytes: Uint8Array;
  name: string;
  /** Of each class of the student, the teacher's. */
  order: number[];
  x: Int8Array;
  /** The first row and the one behind the last. */
  bounds: [from: number, to: number];
  output: SharedArrayBuffer;
}

await serveWorker<'row'>((report) => {
  const { bytes, name, order, x, bounds, output } = workerData as TeacherJob;
  const graph = readTflite(bytes, name);
  const interpreter = createInterpreter(graph);
  const tensor = logitsTensor(graph);
  const { scale, zeroPoint } = graph.tensors[tensor]!.quantization!;
  const scores = new Int8Array(interpreter.outputSize);
  const logits = new Float32Array(output, CACHE_HEADER);
  for (let row = bounds[0]; row < bounds[1]; row++) {
    interpreter.invoke(x.subarray(row * interpreter.inputSize, (row + 1) * interpreter.inputSize), scores);
    const values = interpreter.value(tensor);
    order.forEach((from, c) => {
      logits[row * order.length + c] = (Number(values[from]) - zeroPoint[0]!) * scale[0]!;
    });
    report('row');
  }
});
