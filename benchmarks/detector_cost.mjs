// What each detector costs on a core: instructions of a window by step, RAM, stack, flash. Prints a Markdown table.
//
//   npm run build && node benchmarks/detector_cost.mjs [virtual-cortex-m4 virtual-cortex-m0plus …]
import { detectorEnds, stepsOf } from '../dist/converter/detectors/program.js';
import { detectorFiles } from '../dist/converter/detectors/source.js';
import { benchModel } from '../dist/device/bench.js';
import { loadBenchTarget } from '../dist/firmware-templates/bench_targets.js';
import { CASES } from './detector_cases.mjs';

const targets = process.argv.slice(2);
const cores = (targets.length > 0 ? targets : ['virtual-cortex-m4', 'virtual-cortex-m0plus']).map(loadBenchTarget);

function measure({ program, raw }, target) {
  const { instructions, layers, ram, flash, stackBound } = benchModel({
    ...{ files: detectorFiles(program), name: program.name, ...detectorEnds(program), target, optimization: '-O2' },
    layers: stepsOf(program).map(({ name }) => `${name}_run`),
    vectors: raw
      .slice(0, 120)
      .map(({ buffer, byteOffset, byteLength }) => new Int8Array(buffer, byteOffset, byteLength)),
  });
  const sorted = [...instructions].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], most: sorted.at(-1), layers, ram, flash, stack: stackBound.bytes };
}

const number = (n) => n.toLocaleString('en');
const heads = cores.flatMap(({ name }) => [
  `${name.replace('virtual-', '')}: instructions, median (most)`,
  'flash',
  'RAM',
  'stack',
]);
console.log(`| detector | ${heads.join(' | ')} |\n|${'---|'.repeat(1 + heads.length)}`);
for (const [name, one] of Object.entries(CASES)) {
  const cells = cores.flatMap((target) => {
    const { median, most, ram, flash, stack } = measure(one, target);
    return [`${number(median)} (${number(most)})`, number(flash), number(ram), number(stack)];
  });
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
