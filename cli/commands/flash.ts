import { relative } from 'node:path';
import { stopVirtualBoard } from '../../device/virtual/qemu.js';
import { readProject } from '../../firmware-templates/index.js';
import type { Run } from '../commands.js';
import { firmwareFolder, flashFirmware } from '../firmware.js';
import { pathsOf } from '../project.js';

export const run: Run = async (args, { project, boards, cwd, reporter }) => {
  const paths = pathsOf(project);
  const folder = firmwareFolder(cwd, args['firmware'], paths.firmware);
  const { board } = readProject(folder);
  if (args['stop'] === true) {
    const stopped = await stopVirtualBoard(paths.virtual, board);
    reporter.line(stopped ? `stopped ${board}` : `${board} was not running`);
    reporter.result({ board, stopped });
    return 0;
  }
  const { port } = await flashFirmware(folder, paths.virtual, boards);
  reporter.line(`${board} runs ${relative(cwd, folder)}; its port is ${port}`);
  reporter.result({ board, port });
  return 0;
};
