// What a detector will cost on a board, before there is a compiler.
import type { StageC } from '../converter/detectors/detector.js';
import { constantBytes, inputOf, memoryBytes, stepsOf, type DetectorProgram } from '../converter/detectors/program.js';
import type { Board, CoreCosts, StreamSources } from '../firmware-templates/index.js';
import { applicationCosts, coreCosts, streamCosts, unmeasured, type Estimate } from './estimate.js';

/**
 * As `estimateNetwork`, of a window by all steps.
 * @throws KilnError `estimate-none` where nothing was measured of the board, its core or a kernel
 */
export function estimateDetector(program: DetectorProgram, stream: StreamSources | undefined, board: Board): Estimate {
  const core = coreCosts(board.core);
  const [application, listening] = [applicationCosts(board), streamCosts(core, stream, board)];
  const own = core.detectorApplication;
  if (!own) throw unmeasured(`core ${board.core}`, "no costs of a detector's application are known");
  const { code, layers, instructions } = detectorCosts(program, core);
  const input = 2 * inputOf(program).count;
  // The application keeps a copy of the window.
  const [weights, arena] = [constantBytes(program), memoryBytes(program) + input];
  return {
    board: board.name,
    flash: application.flash + own.flash + listening.flash + weights + code,
    ram: application.ram + own.ram + listening.ram + board.stack + arena + input,
    ...{ instructions, weights, arena, code, layers },
  };
}

/** The detector alone. @throws KilnError `estimate-none` */
export function detectorCosts(
  program: DetectorProgram,
  { detectors }: CoreCosts,
): Pick<Estimate, 'code' | 'layers' | 'instructions'> {
  const steps = stepsOf(program).map(({ name, stage }) => ({ name, terms: termsOf(stage) }));
  const costs = (terms: Terms) => Object.entries(terms).map(([term, units]) => ({ units, ...termCosts(term) }));
  const termCosts = (term: string) => {
    const known = detectors.terms[term];
    if (known) return known;
    throw unmeasured(`detector ${program.name}`, `no costs of ${term} are known`);
  };
  const layers = steps.map(({ name, terms }) => ({
    name,
    instructions: Math.round(costs(terms).reduce((sum, { units, each }) => sum + units * each, 0)),
  }));
  const code = steps.flatMap(({ terms }) => costs(terms)).reduce((sum, cost) => sum + cost.code, detectors.base);
  return {
    code: Math.round(code),
    layers,
    instructions: layers.reduce((sum, layer) => sum + layer.instructions, 0),
  };
}

/** Parts of a step that cost something, with how many units of work each does in a window. */
export type Terms = Record<string, number>;

const STATISTICS = ['rms', 'difference_rms', 'mad', 'kurtosis', 'crest'];

/** @throws KilnError `estimate-none` for what runs a network */
export function termsOf(stage: StageC): Terms {
  const { kernel, arrays, network } = stage;
  if (network) throw unmeasured('detector', 'no costs of a network in a detector are known');
  if (kernel === 'tk_sensor_front_end') return frontEndTerms(stage);
  if (kernel === 'tk_forest') return forestTerms(stage);
  const entries = arrays.reduce((sum, { values }) => sum + values.length, 0);
  return { [kernel]: 1, ...(entries > 0 && { [`${kernel} entry`]: entries }) };
}

function frontEndTerms({ kernel, params, arrays }: StageC): Terms {
  const field = (name: string) => Number(params[name] ?? 0);
  const values = field('samples') * field('axes');
  const statistics = STATISTICS.filter((name) => field(name) > 0).map((name) => [`${kernel} ${name}`, values]);
  const points = arrays.find(({ name }) => name === 'places')?.values.length;
  const spectrum = points === undefined ? {} : { [`${kernel} bands`]: field('axes') * points * Math.log2(points) };
  return { [kernel]: values, ...Object.fromEntries(statistics), ...spectrum };
}

/** A window takes one way down each tree: about as many cuts as a balanced one is deep. */
function forestTerms({ kernel, arrays }: StageC): Terms {
  const count = (name: string) => arrays.find((array) => array.name === name)?.values.length ?? 0;
  const trees = count('roots');
  return { [kernel]: 1, [`${kernel} entry`]: trees * Math.log2(count('cuts') / trees + 1) };
}
