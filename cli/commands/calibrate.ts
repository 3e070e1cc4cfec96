import { resolve } from 'node:path';
import { withLink } from '../board.js';
import { calibrate, type Calibration } from '../calibration.js';
import type { Run } from '../command.js';
import { readDetectorModel } from '../detector_model.js';
import { connectFrames } from '../../device/framed.js';
import type { Link } from '../../device/link.js';
import { portFor } from '../ports.js';
import { pathsOf } from '../project.js';
import { readRecording } from '../recording.js';
import type { Reporter } from '../reporter.js';

export const run: Run = async (args, context) => {
  const { cwd, project, reporter, signal } = context;
  const at = (name: string) => (args[name] === undefined ? undefined : resolve(cwd, String(args[name])));
  const model = readDetectorModel(at('detector') ?? pathsOf(project).detector);
  const input = at('input');
  const samples = input === undefined ? undefined : readRecording(input, model.file.sensor.channels);
  const { path } = await portFor(args, context);
  const onProgress = (seen: number, windows: number) =>
    reporter.progress('calibrate', Math.min(seen, windows), windows);
  const work = async (link: Link) => {
    const client = await connectFrames(link, 1000 * Number(args['timeout']));
    const found = await calibrate(client, model, { samples, onProgress, signal });
    await client.leave();
    return found;
  };
  const found = await withLink(path, work, { baudRate: Number(args['baud']) });
  report(reporter, found);
  reporter.result({ model: model.hash, ...found });
  return 0;
};

function report(reporter: Reporter, { windows, threshold, features = [] }: Calibration): void {
  if (threshold) {
    const { raise, clear } = threshold;
    reporter.line(`${windows} windows: an alarm above ${raise.toFixed(2)}, its end at ${clear.toFixed(2)}`);
    return;
  }
  const rows = features.map(({ name, mean, spread }) => [name, mean, `${spread.toFixed(2)} times`]);
  reporter.table(['', 'mean', "spread, training's"], rows);
}
