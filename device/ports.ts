// Serial ports and what is likely on them: known USB ids, and the virtual boards that run.
import { readdirSync } from 'node:fs';
import { messageOf } from '../base/errors.js';
import { loadBoards, type Board } from '../firmware-templates/index.js';
import { findProgram } from './tools.js';
import { runningBoards } from './virtual/state.js';

export interface Port {
  path: string;
  /** Names of the boards that show such a port; a virtual board's is certain. */
  boards: string[];
  virtual: boolean;
  /** vendor:product in hexadecimal. */
  usb?: string;
  manufacturer?: string;
  serialNumber?: string;
}

export interface PortList {
  ports: Port[];
  /** Why the list may lack something. */
  notices: string[];
}

/** @param virtualFolders where the state of virtual boards lies. */
export async function listPorts(virtualFolders: readonly string[] = []): Promise<PortList> {
  const running = virtualFolders.flatMap(runningBoards);
  const virtual = running.map(({ port, board }) => ({ path: port, boards: [board], virtual: true }));
  const { ports, notices } = await realPorts();
  return { ports: [...virtual, ...ports], notices };
}

async function realPorts(): Promise<PortList> {
  if (process.platform === 'linux' && !findProgram('udevadm')) {
    // serialport's list() would end the process: it does not expect udevadm to be missing.
    const notices = ['udevadm is not installed: USB ids are unknown (Debian: apt-get install udev)'];
    return { ports: devicePaths().map((path) => ({ path, boards: [], virtual: false })), notices };
  }
  const { SerialPort } = await import('serialport');
  try {
    const boards = loadBoards();
    return { ports: (await SerialPort.list()).map((port) => describe(port, boards)), notices: [] };
  } catch (error) {
    return { ports: [], notices: [`ports cannot be listed: ${messageOf(error)}`] };
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

function describe({ path, vendorId, productId, manufacturer, serialNumber }: Listed, boards: readonly Board[]): Port {
  const usb = vendorId && productId ? `${vendorId}:${productId}`.toLowerCase() : undefined;
  return {
    path,
    boards: boards.filter((board) => usb && board.usb.application.includes(usb)).map(({ name }) => name),
    virtual: false,
    ...(usb && { usb }),
    ...(manufacturer && { manufacturer }),
    ...(serialNumber && { serialNumber }),
  };
}
