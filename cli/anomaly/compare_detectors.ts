// `kiln compare` without runs: the detectors that suit a project's data, ranked.
import { loadBenchTarget } from '../../firmware-templates/index.js';
import type { Arguments } from '../command.js';
import type { Context } from '../context.js';
import { openAnomalyProject } from '../project.js';
import { candidates, compareDetector, ranked, reportComparison, requireEqual } from './comparison.js';
import { loadSensorData } from './data.js';

/** @throws KilnError of the config, the data or the emulator */
export async function compareDetectors(args: Arguments, context: Context): Promise<number> {
  const { reporter, signal } = context;
  const project = openAnomalyProject(context.project);
  const target = loadBenchTarget(String(args['board']));
  const data = await loadSensorData(project, args, context);
  const specs = candidates(project.config, data);
  const found = [];
  for (const [i, spec] of specs.entries()) {
    signal.throwIfAborted();
    reporter.progress('compare', i, specs.length, spec.kind);
    found.push(await compareDetector(project.config, spec, data, target));
  }
  reporter.progress('compare', specs.length, specs.length);
  requireEqual(found);
  const detectors = ranked(found);
  reportComparison(reporter, detectors, target.name);
  reporter.result({ board: target.name, detectors });
  return 0;
}
