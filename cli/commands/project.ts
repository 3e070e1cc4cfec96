import { relative, resolve } from 'node:path';
import type { Optimize } from '../../converter/codegen/kernel_functions.js';
import type { ProjectKind, Runtime } from '../../firmware-templates/index.js';
import type { Run } from '../commands.js';
import { readDetectorModel } from '../detector_model.js';
import { writeDetectorFirmware, writeFirmware, type FirmwareOptions } from '../firmware.js';
import { modelOf, type Model } from '../model.js';
import { configIfAny, pathsOf } from '../project.js';
import { detectorPath } from '../subject.js';
import { formatBytes } from '../units.js';

export const run: Run = async (args, context) => {
  const { project, boards, cwd, reporter } = context;
  const config = configIfAny(project);
  const options = {
    board: String(args['board'] ?? config?.target.board ?? 'virtual-stm32f405'),
    boards,
    name: String(args['name'] ?? config?.name ?? 'model'),
    ...(args['kind'] !== undefined && { kind: args['kind'] as ProjectKind }),
    runtime: (args['runtime'] ?? config?.target.runtime ?? 'compiled') as Runtime,
    optimize: (args['optimize'] ?? config?.target.optimize ?? 'speed') as Optimize,
    folder: typeof args['output'] === 'string' ? resolve(cwd, args['output']) : pathsOf(project).firmware,
  };
  const detector = detectorPath(args, context);
  const written = detector === undefined ? ofNetwork(modelOf(args, context), options) : ofDetector(detector, options);
  reporter.line(`${relative(cwd, options.folder)}: for ${options.board}, runtime ${written.runtime}`);
  reporter.line(written.line);
  const { boards: _, ...chosen } = options;
  reporter.result({ ...chosen, runtime: written.runtime, ...written.figures });
  return 0;
};

function ofNetwork(model: Model, options: FirmwareOptions) {
  const { plan, weightBytes, modelHash } = writeFirmware(model, options);
  return {
    runtime: options.runtime,
    line: `weights ${formatBytes(weightBytes)}, arena ${formatBytes(plan.arenaBytes)}, model ${modelHash}`,
    figures: { weightBytes, arenaBytes: plan.arenaBytes, modelHash },
  };
}

/** A detector has no other runtime than its C. */
function ofDetector(path: string, options: FirmwareOptions) {
  const { hash, constantBytes, memoryBytes } = writeDetectorFirmware(readDetectorModel(path), options);
  return {
    runtime: 'compiled' as const,
    line: `constants ${formatBytes(constantBytes)}, memory ${formatBytes(memoryBytes)}, detector ${hash}`,
    figures: { weightBytes: constantBytes, arenaBytes: memoryBytes, modelHash: hash },
  };
}
