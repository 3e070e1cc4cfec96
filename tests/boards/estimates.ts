// How far estimates are from what was built and counted.
import { randomInputs } from '../../cli/board.js';
import { coreCosts, estimateNetwork, modelCosts } from '../../cli/estimate.js';
import { detectorCosts, estimateDetector } from '../../cli/estimate_detector.js';
import { sensorStreamOf } from '../../cli/sensor_listening.js';
import type { Optimize } from '../../converter/codegen/kernel_functions.js';
import { detectorEnds } from '../../converter/detectors/program.js';
import { detectorFiles } from '../../converter/detectors/source.js';
import { countInstructions } from '../../device/bench.js';
import type { Sizes } from '../../device/size/measure.js';
import { benchTargets, loadCosts, type Board, type BenchTarget } from '../../firmware-templates/index.js';
import type { DetectorExample, NetworkExample } from './examples.js';

type Example = NetworkExample | DetectorExample;

/** Of the estimate, as shares of what was built. */
export interface SizeError {
  board: string;
  title: string;
  flash: number;
  ram: number;
}

export interface InstructionError {
  title: string;
  core: string;
  /** Undefined where no emulator counts on such a core. */
  counted?: number;
  estimated: number;
  error?: number;
}

export function sizeError(
  board: Board,
  example: Example,
  { flash, ram }: Sizes,
  optimize: Optimize = 'speed',
): SizeError {
  const said =
    'detector' in example
      ? estimateDetector(example.detector.program, sensorStreamOf(example.detector), board)
      : estimateNetwork({ compiled: example.compiled(board.kernels), optimize, stream: example.stream }, board);
  return { board: board.name, title: example.title, flash: said.flash / flash - 1, ram: said.ram / ram - 1 };
}

/** Every core of which costs are known, with the emulator's where there is one. */
export function countedCores(): { core: string; target: BenchTarget | undefined }[] {
  const targets = benchTargets();
  return Object.keys(loadCosts().cores).map((core) => ({ core, target: targets.find((one) => one.core === core) }));
}

export function instructionError(
  { core, target }: { core: string; target: BenchTarget | undefined },
  example: Example,
  optimize: Optimize = 'speed',
): InstructionError {
  const costs = coreCosts(core);
  const said =
    'detector' in example
      ? detectorCosts(example.detector.program, costs)
      : modelCosts(example.compiled(target?.kernels ?? 'portable'), optimize, costs);
  const estimated = said.instructions;
  if (!target) return { title: example.title, core, estimated };
  const counted = 'detector' in example ? countDetector(example, target) : countNetwork(example, target);
  return { title: example.title, core, counted, estimated, error: estimated / counted - 1 };
}

function countNetwork({ compiled, name, model }: NetworkExample, target: BenchTarget): number {
  const { files, inputs, outputs } = compiled(target.kernels);
  const vectors = randomInputs(1, model.inputSize);
  return countInstructions({ files, name, inputs, outputs, target, vectors, optimization: '-O2' })[0]!;
}

/** The median of some windows: a detector's steps depend on what they are given. */
function countDetector({ detector, windows }: DetectorExample, target: BenchTarget): number {
  const { program } = detector;
  const files = detectorFiles(program);
  const { name } = program;
  const counts = countInstructions({
    files,
    name,
    ...detectorEnds(program),
    target,
    vectors: windows,
    optimization: '-O2',
  });
  return [...counts].sort((a, b) => a - b)[counts.length >> 1]!;
}
