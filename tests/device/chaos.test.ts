// Transfers over a line that drops, flips, doubles and delays, to a board that starts anew and a port that goes away: each
// ends with the right bytes. A short run always; the long one with TINYKILN_CHAOS=1000 (transfers).
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FrameClient } from '../../device/frame_client.js';
import { openLink, type ByteLink } from '../../device/link.js';
import { Random } from '../../base/random.js';
import { FaultProxy, type Faults } from './fault_proxy.js';
import { ROOMY, ROOMY_FILES } from './roomy_model.js';
import { Workbench } from './workbench.js';

const ON_DEMAND = Number(process.env['TINYKILN_CHAOS'] ?? 0);
const TIMEOUT_MS = 15_000;
/** A transfer that takes longer hangs. */
const HANGS_MS = 120_000;

interface Chaos {
  transfers: number;
  /** A board that starts anew, or a cable that is pulled and plugged in again. */
  restarts: number;
  /** Bytes of the largest; the smallest has 1 KiB. */
  largest: number;
  faults: Faults;
  seed: number;
}

interface Outcome {
  wrong: number;
  slowestMs: number;
  bytes: number;
}

const bench = new Workbench(ROOMY_FILES);
const link = join(bench.folder, 'cable');
let elf: string;
let port: string;
let proxy: FaultProxy;
let serial: ByteLink;

beforeAll(async () => {
  ({ elf } = await bench.build());
});
afterEach(async () => {
  await serial.close();
  await proxy.stop();
});
afterAll(() => bench.clear());

async function connect(seed: number): Promise<FrameClient> {
  ({ port } = await bench.start(elf));
  proxy = await FaultProxy.start(port, link, seed);
  serial = await openLink(link);
  return FrameClient.connect(serial, { timeoutMs: TIMEOUT_MS });
}

async function pullCable(random: Random): Promise<void> {
  await proxy.unplug();
  await delay(20 + random.integer(200));
  await proxy.plug();
}

/** What happens to the board or the cable, some time after a transfer has begun. */
async function strike(random: Random, after: number, restartBoard: boolean): Promise<void> {
  await delay(after);
  if (restartBoard) await bench.start(elf);
  else await pullCable(random);
}

/** What the board's memory has to hold: nothing is known of it once the board may have started anew. */
class Memory {
  private readonly bytes = Buffer.alloc(ROOMY.arenaBytes);
  private readonly known = new Uint8Array(ROOMY.arenaBytes);
  private epoch = 0;

  constructor(
    private readonly client: FrameClient,
    private readonly random: Random,
  ) {}

  /** Writes, and has the board compute the CRC of what it holds then. @returns whether that is right */
  async write(offset: number, size: number): Promise<boolean> {
    this.forget();
    const data = Buffer.from(Uint8Array.from({ length: size }, () => this.random.integer(256)));
    await this.client.write('arena', offset, data);
    data.copy(this.bytes, offset);
    this.known.fill(1, offset, offset + size);
    return (await this.client.check('arena', offset, size)) === crc32(data);
  }

  /** @returns whether what is read is what was written */
  async read(offset: number, size: number): Promise<boolean> {
    this.forget();
    if (this.known.subarray(offset, offset + size).includes(0)) return this.write(offset, size);
    const read = await this.client.read('arena', offset, size);
    return this.bytes.subarray(offset, offset + size).equals(read);
  }

  private forget(): void {
    if (this.epoch !== this.client.epoch) this.known.fill(0);
    this.epoch = this.client.epoch;
  }
}

async function chaos({ transfers, restarts, largest, faults, seed }: Chaos): Promise<Outcome> {
  const random = new Random(seed);
  const client = await connect(seed);
  await proxy.faults(faults);
  const memory = new Memory(client, random);
  const struck = new Set<number>();
  while (struck.size < restarts) struck.add(random.integer(transfers));
  const outcome = { wrong: 0, slowestMs: 0, bytes: 0 };
  const started = performance.now();
  for (let i = 0; i < transfers; i++) {
    const size = Math.round(1024 * (largest / 1024) ** random.uniform());
    const offset = random.integer(ROOMY.arenaBytes - size + 1);
    const began = performance.now();
    const event = struck.has(i) ? strike(random, random.integer(400), random.integer(2) === 0) : undefined;
    const right = await client.persistently(() =>
      i % 2 === 0 ? memory.write(offset, size) : memory.read(offset, size),
    );
    await event;
    if (!right) outcome.wrong++;
    outcome.slowestMs = Math.max(outcome.slowestMs, performance.now() - began);
    outcome.bytes += size;
  }
  const seconds = (performance.now() - started) / 1000;
  if (ON_DEMAND > 0) {
    const struckBy = await proxy.counts();
    process.stdout.write(
      `${JSON.stringify({ transfers, ...outcome, seconds, line: client.counts, faults: struckBy })}\n`,
    );
  }
  return outcome;
}

const FAULTS: Faults = { drop: 4000, flip: 4000, double: 4000, delay: 20_000 };

describe('a bad line', () => {
  it('brings 24 transfers through right, with restarts and pulled cables', async () => {
    const outcome = await chaos({ transfers: 24, restarts: 4, largest: 8192, faults: FAULTS, seed: 5 });
    expect(outcome.wrong).toBe(0);
    expect(outcome.slowestMs).toBeLessThan(HANGS_MS);
    expect((await proxy.counts()).flip).toBeGreaterThan(0);
  });

  it.runIf(ON_DEMAND > 0)(
    `brings ${ON_DEMAND} transfers of up to 64 KiB through right`,
    async () => {
      const restarts = Math.round(ON_DEMAND / 20);
      const outcome = await chaos({ transfers: ON_DEMAND, restarts, largest: 65536, faults: FAULTS, seed: 1 });
      expect(outcome).toMatchObject({ wrong: 0 });
      expect(outcome.slowestMs).toBeLessThan(HANGS_MS);
    },
    7_200_000,
  );
});
