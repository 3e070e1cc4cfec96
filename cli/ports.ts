// Which port a command line means, and how ports are shown.
import { findPort, boardNames, type Port } from '../device/ports.js';
import { loadBoards } from '../firmware-templates/index.js';
import type { Arguments } from './command.js';
import type { Context } from './context.js';
import { pathsOf } from './project.js';
import type { Reporter } from './reporter.js';

/** By --port, --board and --serial; without them the virtual board that runs, or the one board that is plugged in. */
export function portFor(args: Arguments, { project, boards }: Context): Promise<Port> {
  const text = (name: string) => (args[name] === undefined ? undefined : String(args[name]));
  const wanted = { port: text('port'), board: text('board'), serialNumber: text('serial') };
  return findPort(wanted, [pathsOf(project).virtual], loadBoards(boards));
}

export function reportPorts(reporter: Reporter, ports: readonly Port[]): void {
  if (ports.length === 0) {
    reporter.line('no serial port: plug a board in, or start a virtual one with `kiln flash`');
    return;
  }
  reporter.table(
    ['port', 'board', 'USB id', 'serial number', 'by', 'state'],
    ports.map((port) => [
      port.path,
      boardNames(port.boards),
      port.usb ?? (port.virtual ? 'virtual' : '-'),
      port.serialNumber ?? '-',
      port.manufacturer ?? '-',
      stateOf(port),
    ]),
  );
  for (const { path, denied } of ports) if (denied) reporter.line(`to open ${path}: ${denied.todo}`);
}

/** Free, or what stands against opening it. */
function stateOf({ users, denied, bootloader }: Port): string {
  const open = users.map(({ pid, program }) => `open in ${program} (${pid})`);
  const rights = denied ? [`denied${denied.group ? `: for the group ${denied.group}` : ''}`] : [];
  const states = [...(bootloader ? ['boot loader'] : []), ...open, ...rights];
  return states.join(', ') || 'free';
}
