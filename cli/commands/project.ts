import { relative, resolve } from 'node:path';
import type { Optimize } from '../../converter/codegen/kernel_functions.js';
import type { ProjectKind, Runtime } from '../../firmware-templates/index.js';
import type { Run } from '../commands.js';
import { loadFirmwareConfig } from '../config.js';
import { writeFirmware } from '../firmware.js';
import { firmwareEar } from '../ear.js';
import { heardBy } from '../listening.js';
import { modelOf } from '../model.js';
import { pathsOf } from '../project.js';
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
  const model = modelOf(args, context);
  const ear = firmwareEar(
    model,
    options.board,
    (args['stream'] as boolean | undefined) ?? config?.target.stream ?? true,
    context,
  );
  const { plan, weightBytes, modelHash } = writeFirmware(model, { ...options, ear });
  reporter.line(`${relative(cwd, options.folder)}: for ${options.board}, runtime ${options.runtime}`);
  reporter.line(`weights ${formatBytes(weightBytes)}, arena ${formatBytes(plan.arenaBytes)}, model ${modelHash}`);
  const { boards: _, ...chosen } = options;
  if (ear) reporter.line(`listens to ${ear.frontend.sampleRate} Hz for ${heardBy(ear).join(', ')}`);
  reporter.result({ ...chosen, stream: ear ? 'audio' : 'none', weightBytes, arenaBytes: plan.arenaBytes, modelHash });
  return 0;
};
