import { listPorts } from '../../device/ports.js';
import type { Run } from '../commands.js';
import { pathsOf } from '../project.js';

export const run: Run = async (_args, { project, reporter }) => {
  const { ports, notices } = await listPorts([pathsOf(project).virtual]);
  for (const notice of notices) reporter.notice(notice);
  if (ports.length === 0) reporter.line('no serial port: plug a board in, or start a virtual one with `kiln flash`');
  else {
    reporter.table(
      ['port', 'board', 'USB id', 'by'],
      ports.map((port) => [
        port.path,
        port.boards.join(' or ') || 'unknown',
        port.usb ?? (port.virtual ? 'virtual' : '-'),
        port.manufacturer ?? '',
      ]),
    );
  }
  reporter.result({ ports, notices });
  return 0;
};
