// The simulated boot loader on a pseudo-terminal, for programs that want a serial port; its answers take real time.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../../device/tools.js';
import { RomSimulator, type ChipModel } from './rom_simulator.js';

export const PYTHON = findProgram('python3');

export interface RomOnPty {
  chip: RomSimulator;
  /** Path of the pseudo-terminal. */
  port: string;
  /** As pulling the cable. */
  unplug(): void;
}

/** @param onByte is told of each byte that the host sends, counted from 0 */
export async function romOnPty(model: ChipModel, onByte: (n: number) => void = () => {}): Promise<RomOnPty> {
  const script = fileURLToPath(new URL('cable.py', import.meta.url));
  const cable: ChildProcess = spawn(PYTHON!, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  cable.stdin!.on('error', () => {}); // the chip may answer when the cable is gone
  const chip = new RomSimulator({ ...model }, (bytes, afterMs) => {
    const send = () => cable.stdin!.write(Buffer.from(bytes));
    if (afterMs > 0) setTimeout(send, afterMs);
    else send();
  });
  const ended = once(cable, 'exit').then(() => Promise.reject(new Error('cable.py ended')));
  const [first] = (await Promise.race([once(cable.stdout!, 'data'), ended])) as [Buffer];
  ended.catch(() => {});
  let received = 0;
  cable.stdout!.on('data', (bytes: Buffer) => {
    for (const byte of bytes) {
      onByte(received++);
      chip.receive(byte);
    }
  });
  return { chip, port: first.toString().trim(), unplug: () => void cable.kill('SIGKILL') };
}
