import { loadBoards } from '../../firmware-templates/index.js';
import type { Run } from '../commands.js';
import { formatBytes } from '../units.js';

export const run: Run = async (_args, { reporter }) => {
  const boards = loadBoards();
  reporter.table(
    ['board', 'core', 'flash', 'RAM', 'verified', 'description'],
    boards.map(({ name, core, memory, support, description }) => [
      name,
      core,
      formatBytes(memory.flash.size),
      formatBytes(memory.ram.size),
      support,
      description,
    ]),
  );
  reporter.result({ boards });
  return 0;
};
