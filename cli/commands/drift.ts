import { resolve } from 'node:path';
import { writeAtomic } from '../../base/files.js';
import { withLink } from '../board.js';
import type { Run } from '../command.js';
import { readDetectorModel } from '../detector_model.js';
import { driftMetrics, driftOfBoard, driftOfRecording, printDrift } from '../drift.js';
import { portFor } from '../ports.js';
import { pathsOf } from '../project.js';
import { exposition } from '../prometheus.js';

/** 1 where something has moved. */
export const run: Run = async (args, context) => {
  const { cwd, project, reporter } = context;
  const at = (name: string) => (args[name] === undefined ? undefined : resolve(cwd, String(args[name])));
  const model = readDetectorModel(at('detector') ?? pathsOf(project).detector);
  const input = at('input');
  const fromBoard = async () => {
    const { path } = await portFor(args, context);
    const options = { baudRate: Number(args['baud']) };
    return withLink(path, (link) => driftOfBoard(model, link, 1000 * Number(args['timeout'])), options);
  };
  const report = input === undefined ? await fromBoard() : driftOfRecording(model, input);
  printDrift(reporter, report);
  const metrics = at('prometheus');
  if (metrics !== undefined) writeAtomic(metrics, exposition(driftMetrics(report)));
  reporter.result({ ...report });
  return report.drift ? 1 : 0;
};
