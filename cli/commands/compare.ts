import { loadBenchTarget } from '../../firmware-templates/index.js';
import { candidates, compareDetector, ranked, reportComparison, requireEqual } from '../anomaly/comparison.js';
import { loadSensorData } from '../anomaly/data.js';
import type { Run } from '../commands.js';
import { openAnomalyProject } from '../project.js';

/** Ranks the detectors of a project. */
export const run: Run = async (args, context) => {
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
};
