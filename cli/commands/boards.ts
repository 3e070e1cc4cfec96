import { loadBoards } from '../../firmware-templates/index.js';
import type { Run } from '../command.js';
import { formatBytes } from '../units.js';

export const run: Run = async (_args, context) => {
  const boards = loadBoards(context.boards);
  context.reporter.table(
    ['board', 'core', 'flash', 'RAM', 'flashed by', 'support', 'description'],
    boards.map(({ name, core, memory, flash, support, description }) => [
      name,
      core,
      formatBytes(memory.flash.size),
      formatBytes(memory.ram.size),
      flash.map(({ method }) => method).join(' ') || '-',
      support,
      description,
    ]),
  );
  context.reporter.result({ boards });
  return 0;
};
