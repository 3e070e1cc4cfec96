// A bad cable between a test and a virtual board: fault_proxy.py as a process that is told what to do.
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { packageRoot } from '../../base/files.js';

/** Mean bytes between two faults of a kind, in each direction; 0 for none. */
export interface Faults {
  drop: number;
  flip: number;
  double: number;
  delay: number;
}

export const NO_FAULTS: Faults = { drop: 0, flip: 0, double: 0, delay: 0 };

export class FaultProxy {
  private readonly answers: ((counts: Faults) => void)[] = [];
  private readonly lines: Interface;

  private constructor(private readonly process: ChildProcess) {
    this.lines = createInterface({ input: process.stdout! });
    this.lines.on('line', (line) => this.answers.shift()!(JSON.parse(line) as Faults));
  }

  /** @param port of the board @param link what the host opens: it stays the same when it is plugged in again */
  static async start(port: string, link: string, seed = 1): Promise<FaultProxy> {
    const script = join(packageRoot(), 'tests/device/fault_proxy.py');
    const stdio = ['pipe', 'pipe', 'inherit'] as const;
    const proxy = new FaultProxy(spawn('python3', [script, port, link, String(seed)], { stdio: [...stdio] }));
    await proxy.answer();
    return proxy;
  }

  faults({ drop, flip, double, delay }: Faults): Promise<Faults> {
    return this.tell(`faults ${drop} ${flip} ${double} ${delay}`);
  }

  unplug(): Promise<Faults> {
    return this.tell('unplug');
  }

  plug(): Promise<Faults> {
    return this.tell('plug');
  }

  /** How many faults of each kind there were. */
  counts(): Promise<Faults> {
    return this.tell('counts');
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin!.end();
    await ended;
    this.lines.close();
  }

  private tell(command: string): Promise<Faults> {
    this.process.stdin!.write(`${command}\n`);
    return this.answer();
  }

  private answer(): Promise<Faults> {
    return new Promise((resolve) => this.answers.push(resolve));
  }
}
