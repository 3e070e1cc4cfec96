// Reads and writes a trained detector; what is read fits together.
import { z } from 'zod';
import type { DetectorModel, TreeNode } from '../../base/detector_models.js';
import { KilnError, messageOf } from '../../base/errors.js';
import { readBytes, writeAtomic } from '../../base/files.js';
import { featureNames } from '../sensors/front_end.js';
import { detectorFileSchema, type DetectorFile } from './detector_schema.js';

/** @throws KilnError `file-unreadable`; `detector-invalid` that names the file and the key */
export function readDetectorFile(path: string): DetectorFile {
  return parseDetectorFile(readBytes(path), path);
}

/** @param path for errors @throws KilnError `detector-invalid` that names the file and the key */
export function parseDetectorFile(bytes: Uint8Array, path: string): DetectorFile {
  const file = checked(bytes, path);
  const wrong = contradictionIn(file);
  if (wrong) throw invalid(path, wrong);
  return file;
}

export function writeDetectorFile(path: string, file: DetectorFile): void {
  writeAtomic(path, `${JSON.stringify(file, null, 2)}\n`);
}

/** Samples of a window. */
export function windowOf({ frontEnd }: Pick<DetectorFile, 'frontEnd'>): number {
  return frontEnd?.samples ?? 1;
}

function checked(bytes: Uint8Array, path: string): DetectorFile {
  try {
    return detectorFileSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw invalid(path, messageOf(error));
    const { path: key, message } = error.issues[0]!;
    throw invalid(path, `\`${key.join('.')}\`: ${message}`);
  }
}

function invalid(path: string, what: string): KilnError {
  const todo = 'Train it anew (`kiln train`), or correct the file.';
  return new KilnError('detector-invalid', { where: path, what, todo });
}

/** What a schema cannot say: parts that have to fit each other. */
function contradictionIn({
  frontEnd,
  sensor,
  stride,
  features,
  detector,
  alarm,
  drift,
  calibration,
}: DetectorFile): string | undefined {
  const channels = sensor.channels.length;
  const given = frontEnd ? featureNames(frontEnd).length : channels;
  if (frontEnd && frontEnd.axes !== channels)
    return `\`frontEnd.axes\` is ${frontEnd.axes}, and there are ${channels} channels`;
  if (stride > windowOf({ frontEnd }))
    return `\`stride\` is ${stride}, and a window has ${windowOf({ frontEnd })} samples`;
  if (features.length !== given) return `\`features\` are ${features.length}, and ${given} are made`;
  if (alarm.clear > alarm.raise) return `\`alarm.clear\` is ${alarm.clear}, above \`alarm.raise\`, ${alarm.raise}`;
  const unknown = drift?.quantities.find(({ feature = 0, axis = 0 }) => feature >= given || axis >= channels);
  if (unknown)
    return `\`drift\` watches \`${unknown.name}\`, which is not among ${given} features and ${channels} channels`;
  if (calibration?.kind === 'statistics' && calibration.features.length !== given)
    return `\`calibration.features\` are ${calibration.features.length}, and ${given} are made`;
  if (calibration?.kind === 'threshold' && calibration.rank > calibration.windows)
    return `\`calibration.rank\` is ${calibration.rank} of ${calibration.windows} windows`;
  const read = featuresOf(detector);
  if (!read.every((n) => n === features.length))
    return `\`detector\` reads ${read.join(', ')} features, and ${given} are made`;
  return detector.kind === 'forest' ? wrongTree(detector.trees, detector.outputs, given) : undefined;
}

/** How many features each part of a detector reads; nothing where any number will do. */
function featuresOf(detector: DetectorModel): number[] {
  switch (detector.kind) {
    case 'quadratic':
      return detector.forms.flatMap(({ centre, rows }) => [
        centre.length,
        ...rows.map(({ start, entries }) => start + entries.length).filter((end) => end > centre.length),
      ]);
    case 'ewma-chart':
    case 'cusum':
    case 'network':
      return [detector.channels.length];
    case 'record':
    case 'windowed-gaussian':
      return [1];
    case 'rules':
      return [detector.features];
    case 'forest':
      return [];
  }
}

function wrongTree(trees: readonly TreeNode[], outputs: number, features: number): string | undefined {
  const nodes = [...trees];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if ('values' in node) {
      if (node.values.length !== outputs) return `a leaf has ${node.values.length} values, and ${outputs} are expected`;
    } else if (node.feature >= features)
      return `a tree looks at feature ${node.feature}, and the last is ${features - 1}`;
    else nodes.push(node.low, node.high);
  }
  return undefined;
}
