import { stopVirtualBoard } from '../../device/virtual/qemu.js';
import type { Run } from '../command.js';
import { flashTarget, flashWithReport, listWays, planWithReport } from '../flashing.js';
import { pathsOf } from '../project.js';

export const run: Run = async (args, context) => {
  const { project, reporter } = context;
  const target = flashTarget(args, context);
  const board = target.board.name;
  if (args['stop'] === true) {
    const stopped = await stopVirtualBoard(pathsOf(project).virtual, board);
    reporter.line(stopped ? `stopped ${board}` : `${board} was not running`);
    reporter.result({ board, stopped });
  } else if (args['list'] === true) listWays(target, context);
  else if (args['dry-run'] === true) await planWithReport(target, args, context);
  else await flashWithReport(target, args, context);
  return 0;
};
