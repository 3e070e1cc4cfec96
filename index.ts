// The library's one public entry. What is heavy (tfjs, serialport) is loaded when it is first used.
export { EXIT_CODE, KilnError, type Fault, type Problem } from './base/errors.js';

export { compile, modelHash, type CompiledModel, type CompileOptions } from './converter/compile.js';
export { convert, convertInDetail, type ConvertOptions } from './converter/convert.js';
export type { Graph, Op, Quantization, Tensor } from './converter/graph/graph.js';
export { inspect, type Inspection } from './converter/inspect.js';
export { createFloatInterpreter, createInterpreter, type Interpreter } from './converter/interpreter.js';
export { loadTfjsLayers, weightFiles } from './converter/loaders/tfjs_layers.js';
export { measureLayers } from './converter/measure_layers.js';
export { trainedRanges } from './converter/loaders/trained_ranges.js';
export { planMemory, type MemoryPlan } from './converter/memory/plan.js';
export type { Method, MethodChoice } from './converter/quantization/method.js';
export type { LayerReport, QuantizationReport } from './converter/quantization/report.js';
export { readTflite } from './converter/tflite/reader.js';
export { writeTflite } from './converter/tflite/writer.js';

export { loadDataset, type DataOptions, type Dataset } from './trainer/datasets/dataset.js';
export { evaluate, type Evaluation } from './trainer/evaluate.js';
export { extractFeatures, type FeatureOptions, type FeatureSet } from './trainer/features.js';
export { MICRO_SPEECH, MicroFrontend, quantizeFeature, type FrontendSpec } from './trainer/frontend/micro_frontend.js';
export { train, type TrainRequest, type TrainResult } from './trainer/train.js';

export * from './firmware-templates/index.js';

export { buildProject, firmwarePath, type Build } from './device/build.js';
export { flash } from './device/flashers/index.js';
export { runCompiledOnHost, type HostRun } from './device/host.js';
export { openLink, type Link } from './device/link.js';
export { listPorts, type PortList } from './device/ports.js';
export { BoardClient } from './device/protocol.js';
export { validate, type Validation } from './device/validate.js';
export { startVirtualBoard, stopVirtualBoard } from './device/virtual/qemu.js';
export { runningBoards } from './device/virtual/state.js';
