// Serial ports and what is likely on them: known USB ids, the virtual boards that run, and which one is meant.
import { readdirSync } from 'node:fs';
import { KilnError, messageOf } from '../base/errors.js';
import { loadBoards, type Board } from '../firmware-templates/index.js';
import { denial, portUsers, type Denied, type Process } from './port_access.js';
import { findProgram } from './tools.js';
import { runningBoards } from './virtual/state.js';

export interface Port {
  path: string;
  /** Names of the boards that show such a port; a virtual board's is certain. */
  boards: string[];
  virtual: boolean;
  /** The id is a boot loader's: no firmware runs. */
  bootloader: boolean;
  /** vendor:product in hexadecimal. */
  usb?: string;
  manufacturer?: string;
  serialNumber?: string;
  /** Other programs that have it open, as far as this user may see. */
  users: Process[];
  /** Why this user may not open it. */
  denied?: Denied;
}

export interface PortList {
  ports: Port[];
  /** Why the list may lack something. */
  notices: string[];
}

type Found = Omit<Port, 'users' | 'denied'>;

/**
 * @param virtualFolders where the state of virtual boards lies.
 * @param boards those whose USB ids are known.
 */
export async function listPorts(
  virtualFolders: readonly string[] = [],
  boards: readonly Board[] = loadBoards(),
): Promise<PortList> {
  const virtual = virtualFolders.flatMap(runningBoards).map(({ port, board }): Found => {
    return { path: port, boards: [board], virtual: true, bootloader: false };
  });
  const { found, notices } = await realPorts(boards);
  const all = [...virtual, ...found];
  const users = portUsers(all.map(({ path }) => path));
  const ports = all.map((port): Port => {
    const denied = denial(port.path);
    return { ...port, users: users.get(port.path)!, ...(denied && { denied }) };
  });
  return { ports, notices };
}

async function realPorts(boards: readonly Board[]): Promise<{ found: Found[]; notices: string[] }> {
  if (process.platform === 'linux' && !findProgram('udevadm')) {
    // serialport's list() would end the process: it does not expect udevadm to be missing.
    const notices = ['udevadm is not installed: USB ids are unknown (Debian: apt-get install udev)'];
    const found = devicePaths().map((path) => ({ path, boards: [], virtual: false, bootloader: false }));
    return { found, notices };
  }
  const { SerialPort } = await import('serialport');
  try {
    return { found: (await SerialPort.list()).map((port) => describe(port, boards)), notices: [] };
  } catch (error) {
    return { found: [], notices: [`ports cannot be listed: ${messageOf(error)}`] };
  }
}

function devicePaths(): string[] {
  return readdirSync('/dev')
    .filter((name) => /^tty(ACM|USB)\d+$/.test(name))
    .sort()
    .map((name) => `/dev/${name}`);
}

interface Listed {
  path: string;
  vendorId?: string | undefined;
  productId?: string | undefined;
  manufacturer?: string | undefined;
  serialNumber?: string | undefined;
}

function describe({ path, vendorId, productId, manufacturer, serialNumber }: Listed, boards: readonly Board[]): Found {
  const usb = vendorId && productId ? `${vendorId}:${productId}`.toLowerCase() : undefined;
  const named = (ids: (board: Board) => readonly string[] | undefined) =>
    boards.filter((board) => usb && ids(board)?.includes(usb)).map(({ name }) => name);
  const running = named((board) => board.usb.application);
  const starting = named((board) => board.usb.bootloader);
  return {
    path,
    boards: [...new Set([...running, ...starting])],
    virtual: false,
    bootloader: running.length === 0 && starting.length > 0,
    ...(usb && { usb }),
    ...(manufacturer && { manufacturer }),
    ...(serialNumber && { serialNumber }),
  };
}

export interface Wanted {
  /** A path, which is taken as it is; `auto` or nothing: the one port that fits the rest. */
  port?: string | undefined;
  /** Name of a board. */
  board?: string | undefined;
  serialNumber?: string | undefined;
}

/**
 * The one port that is meant. Without a board's name every board that tinykiln knows fits, unless its boot loader runs; a virtual
 * board comes first.
 * @throws KilnError `port-unknown` that lists what there is where none fits, `port-ambiguous` where several do.
 */
export async function findPort(
  wanted: Wanted,
  virtualFolders: readonly string[] = [],
  boards?: readonly Board[],
): Promise<Port> {
  const { ports, notices } = await listPorts(virtualFolders, boards);
  return choosePort(wanted, ports, notices);
}

/** findPort() in a list. */
export function choosePort(wanted: Wanted, ports: readonly Port[], notices: readonly string[] = []): Port {
  const { port: path } = wanted;
  if (path !== undefined && path !== 'auto') {
    return ports.find((port) => port.path === path) ?? unlisted(path);
  }
  const fitting = ports.filter((port) => fits(port, wanted));
  const virtual = fitting.filter((port) => port.virtual);
  const candidates = virtual.length === 1 ? virtual : fitting;
  if (candidates.length !== 1) throw candidates.length === 0 ? none(wanted, ports, notices) : several(candidates);
  return candidates[0]!;
}

function unlisted(path: string): Port {
  return { path, boards: [], virtual: false, bootloader: false, users: [] };
}

/** A boot loader runs no firmware to talk to. */
function fits({ boards, serialNumber, bootloader }: Port, wanted: Wanted): boolean {
  if (bootloader) return false;
  if (wanted.serialNumber !== undefined && wanted.serialNumber !== serialNumber) return false;
  if (wanted.board !== undefined) return boards.includes(wanted.board);
  return wanted.serialNumber !== undefined || boards.length > 0;
}

function none(wanted: Wanted, ports: readonly Port[], notices: readonly string[]): KilnError {
  const { board, serialNumber } = wanted;
  const sought = [board ?? 'a board that tinykiln knows', ...(serialNumber ? [`serial number ${serialNumber}`] : [])];
  const there = ports.length === 0 ? 'there is none' : `there are ${ports.map(portLine).join('; ')}`;
  const what = `no port shows ${sought.join(', ')}: ${[there, ...notices].join('; ')}`;
  const todo = 'Plug the board in, start a virtual one with `kiln flash`, or name a port with --port.';
  return new KilnError('port-unknown', { where: '--port', what, todo });
}

function several(ports: readonly Port[]): KilnError {
  const what = `${ports.length} ports fit: ${ports.map(portLine).join('; ')}`;
  const todo = 'Name one with --port, or its board by serial number with --serial.';
  return new KilnError('port-ambiguous', { where: '--port', what, todo });
}

/** A port in one line: its path, its board and what tells it from its like. */
export function portLine({ path, boards, usb, serialNumber, virtual, bootloader }: Port): string {
  const serial = serialNumber && `serial number ${serialNumber}`;
  const marks = [bootloader && 'boot loader', virtual ? 'virtual' : usb, serial].filter(Boolean);
  return `${path} (${[boardNames(boards), ...marks].join(', ')})`;
}

const NAMES_SHOWN = 3;

/** Debug adapters are on many boards: the first few names stand for them. */
export function boardNames(boards: readonly string[]): string {
  if (boards.length === 0) return 'unknown board';
  if (boards.length <= NAMES_SHOWN) return boards.join(' or ');
  return `${boards.slice(0, NAMES_SHOWN - 1).join(', ')} or ${boards.length - NAMES_SHOWN + 1} others`;
}
