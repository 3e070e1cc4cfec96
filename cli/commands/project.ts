import { relative, resolve } from 'node:path';
import type { Optimize } from '../../converter/codegen/kernel_functions.js';
import type { ProjectKind, Runtime } from '../../firmware-templates/index.js';
import type { Run } from '../command.js';
import { loadFirmwareConfig } from '../config.js';
import type { Context } from '../context.js';
import { readDetectorModel } from '../detector_model.js';
import { firmwareEar } from '../ear.js';
import { writeDetectorFirmware, writeFirmware, type FirmwareOptions } from '../firmware.js';
import { heardBy } from '../listening.js';
import { modelOf, type Model } from '../model.js';
import { pathsOf } from '../project.js';
import { detectorPath } from '../subject.js';
import { formatBytes } from '../units.js';

export const run: Run = async (args, context) => {
  const { project, boards, cwd, reporter } = context;
  const config = loadFirmwareConfig(project);
  const options = {
    board: String(args['board'] ?? config.target.board),
    boards,
    name: String(args['name'] ?? config.name ?? 'model'),
    ...(args['kind'] !== undefined && { kind: args['kind'] as ProjectKind }),
    runtime: (args['runtime'] ?? config.target.runtime) as Runtime,
    optimize: (args['optimize'] ?? config.target.optimize) as Optimize,
    folder: typeof args['output'] === 'string' ? resolve(cwd, args['output']) : pathsOf(project).firmware,
  };
  const detector = detectorPath(args, context);
  const microphone = args['listen'] === true;
  const stream = (args['stream'] as boolean | undefined) ?? config.target.stream;
  const written =
    detector === undefined
      ? ofNetwork(modelOf(args, context), { ...options, microphone }, stream, context)
      : ofDetector(detector, { ...options, microphone }, stream);
  reporter.line(`${relative(cwd, options.folder)}: for ${options.board}, runtime ${written.figures.runtime}`);
  for (const line of written.lines) reporter.line(line);
  const { boards: _, ...chosen } = options;
  reporter.result({ ...chosen, ...written.figures });
  return 0;
};

function ofNetwork(model: Model, options: FirmwareOptions, stream: boolean, context: Context) {
  const ear = firmwareEar(model, options.board, stream, context);
  const { plan, weightBytes, modelHash } = writeFirmware(model, { ...options, ear });
  const heard = ear ? [`listens to ${ear.frontend.sampleRate} Hz for ${heardBy(ear).join(', ')}`] : [];
  return {
    lines: [`weights ${formatBytes(weightBytes)}, arena ${formatBytes(plan.arenaBytes)}, model ${modelHash}`, ...heard],
    figures: {
      ...{ runtime: options.runtime, stream: ear ? 'audio' : 'none' },
      ...{ weightBytes, arenaBytes: plan.arenaBytes, modelHash },
    },
  };
}

/** A detector has no other runtime than its C. */
function ofDetector(path: string, options: FirmwareOptions, stream: boolean) {
  const model = readDetectorModel(path);
  const { hash, constantBytes, memoryBytes } = writeDetectorFirmware(model, options, stream);
  const { sampleRate, channels } = model.file.sensor;
  const heard = stream ? [`listens to ${channels.length} channels at ${sampleRate} Hz`] : [];
  return {
    lines: [`constants ${formatBytes(constantBytes)}, memory ${formatBytes(memoryBytes)}, detector ${hash}`, ...heard],
    figures: {
      ...{ runtime: 'compiled', stream: stream ? 'sensors' : 'none' },
      ...{ weightBytes: constantBytes, arenaBytes: memoryBytes, modelHash: hash },
    },
  };
}
