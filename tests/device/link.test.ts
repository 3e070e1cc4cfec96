// What happens to a connection in the middle of a validation, and what becomes of it: recovery, or an error with a name.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KilnError } from '../../base/errors.js';
import { FrameClient } from '../../device/frame_client.js';
import { openLink, type ByteLink } from '../../device/link.js';
import { validate, type Validation } from '../../device/validate.js';
import type { ProjectFile } from '../../firmware-templates/index.js';
import { runTiny, TINY, TINY_FILES } from '../firmware/tiny_model.js';
import { FaultProxy, NO_FAULTS } from './fault_proxy.js';
import { failureOf, Workbench } from './workbench.js';

/** For what is to be given up, and for what is to come back, however busy this computer is. */
const IMPATIENT_MS = 3000;
const PATIENT_MS = 60_000;
const VECTORS = 12;

/** The tiny model with a statement before each inference. */
function tinyWith(statement: string): ProjectFile[] {
  return TINY_FILES.map(({ path, text }) => ({
    path,
    text: text.replace('void tiny_invoke(void)\n{', `void tiny_invoke(void)\n{\n    ${statement}`),
  }));
}

/** Prints a line, as firmware under development does. */
const PRINTS = 'extern void text_string(const char *); text_string("first byte\\tseen\\r\\n");';
/** Resets the processor (ARMv7-M B3.2.6) where the input begins with 99. */
const RESETS = 'if (input[0] == 99) *(volatile uint32_t *)0xE000ED0C = 0x05FA0004;';

const plain = new Workbench();
const other = new Workbench(TINY_FILES, 'b2');
const printing = new Workbench(tinyWith(PRINTS));
const resetting = new Workbench(tinyWith(RESETS));
const benches = [plain, other, printing, resetting];
const elves = new Map<Workbench, string>();
const cable = join(plain.folder, 'cable');
let proxy: FaultProxy | undefined;
let link: ByteLink;

beforeAll(async () => {
  for (const bench of benches) elves.set(bench, (await bench.build()).elf);
});
afterEach(async () => {
  await link.close();
  await proxy?.stop();
  proxy = undefined;
});
afterAll(async () => {
  for (const bench of benches) await bench.clear();
});

/** A board at the other end of a cable that can be pulled. */
async function connect(bench: Workbench): Promise<void> {
  const { port } = await plain.start(elves.get(bench)!);
  proxy = await FaultProxy.start(port, cable);
  link = await openLink(cable);
}

const vector = (i: number) => new Int8Array(TINY.inputSize).fill(i);

/** Validates, and does something after the third vector. */
function interrupted(
  interrupt: () => Promise<unknown>,
  { timeoutMs = PATIENT_MS, inputs = Array.from({ length: VECTORS }, (_, i) => vector(i)) } = {},
) {
  let event: Promise<unknown> = Promise.resolve();
  const onProgress = (done: number) => void (done === 3 && (event = interrupt()));
  const expected = inputs.map(runTiny);
  const validation = validate({ link, modelHash: TINY.hash, inputs, expected, timeoutMs, onProgress });
  return validation.finally(() => event);
}

const UNDISTURBED = {
  equal: VECTORS,
  line: expect.objectContaining({ restarts: 0 }) as NonNullable<Validation['line']>,
};

/** All equal, after one new beginning or, as a slow computer cuts it up, several. */
function expectRecovery({ equal, line }: Validation): void {
  expect(equal).toBe(VECTORS);
  expect(line!.restarts).toBeGreaterThan(0);
}

const restart = (bench: Workbench) => plain.start(elves.get(bench)!);

describe('in the middle of a validation', () => {
  it('a cable that is pulled and plugged in again is followed', async () => {
    await connect(plain);
    const pulled = async () => {
      await proxy!.unplug();
      await new Promise((resolve) => setTimeout(resolve, 500));
      await proxy!.plug();
    };
    expectRecovery(await interrupted(pulled));
  });

  it('a cable that stays out is given up in time', async () => {
    await connect(plain);
    const pulled = () => interrupted(() => proxy!.unplug(), { timeoutMs: IMPATIENT_MS });
    const failure = (await failureOf(pulled)) as KilnError;
    expect(failure).toMatchObject({ code: 'board-lost', exitCode: 3 });
    expect(failure.message).toContain(
      `port ${cable}: the connection to the board was lost: it did not come back within 3 s`,
    );
    await proxy!.plug();
  });

  it('a board that starts anew is greeted anew, and what it said is kept', async () => {
    await connect(plain);
    const validation = await interrupted(() => restart(plain));
    expectRecovery(validation);
    expect(validation.log).toContain('m-init-done');
  });

  it('another firmware that comes back is not mistaken for the one that was there', async () => {
    await connect(plain);
    const failure = await failureOf(() => interrupted(() => restart(other)));
    expect(failure).toMatchObject({ code: 'firmware-changed', exitCode: 3 });
    expect(String(failure)).toContain('the firmware b1 ran here, and b2 came back');
  });

  it('noise that lets nothing through has a name', async () => {
    await connect(plain);
    const noisy = () => interrupted(() => proxy!.faults({ ...NO_FAULTS, flip: 40 }), { timeoutMs: IMPATIENT_MS });
    const failure = await failureOf(noisy);
    expect(failure).toMatchObject({ code: 'link-noisy', exitCode: 3 });
    expect(String(failure)).toMatch(/nothing came through within 3 s, and \d+ frames were damaged/);
  });

  it('an input that makes the board start anew each time is found out', async () => {
    await connect(resetting);
    const inputs = [0, 1, 2, 99, 4].map(vector);
    const failure = await failureOf(() => interrupted(async () => {}, { inputs }));
    expect(failure).toMatchObject({ code: 'board-resets', exitCode: 3 });
    expect(String(failure)).toContain('started anew 6 times during the same work');
  });
});

describe('what the firmware prints', () => {
  it('between frames is kept, line by line, and harms no transfer', async () => {
    await connect(printing);
    const validation = await interrupted(async () => {});
    expect(validation).toMatchObject(UNDISTURBED);
    expect(validation.log).toEqual(Array.from({ length: VECTORS }, () => 'first byte\tseen'));
  });
});

describe('a speed', () => {
  it('is proposed, tried, and given back at the end', async () => {
    await connect(plain);
    const client = await FrameClient.connect(link, { timeoutMs: PATIENT_MS });
    expect(await client.setBaudRate(921600, 115200)).toBe(921600);
    expect((await client.infer(vector(5))).output).toEqual(runTiny(vector(5)));
    await client.leave();
  });

  it('that the board cannot have leaves the usual one in force', async () => {
    await connect(plain);
    const client = await FrameClient.connect(link, { timeoutMs: PATIENT_MS });
    expect(await client.setBaudRate(100, 115200)).toBe(100); // no pseudo-terminal can tell
    expect((await client.infer(vector(6))).output).toEqual(runTiny(vector(6)));
  });
});

describe('a port', () => {
  it('that another program holds is busy, and the program is named', async () => {
    await connect(plain);
    await link.close();
    const script = `import fcntl,sys,time\nf=open(sys.argv[1],'rb+',buffering=0)\nfcntl.flock(f,fcntl.LOCK_EX)\nprint(1,flush=True)\ntime.sleep(60)`;
    const holder = spawn('python3', ['-c', script, cable], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const failure = await failureOf(() => openLink(cable, { patienceMs: 300 }));
    holder.kill();
    expect(failure).toMatchObject({ code: 'port-busy', exitCode: 2 });
    expect(String(failure)).toContain('another program has it open: python3 (process ');
    expect(String(failure)).toContain(`(process ${holder.pid})`);
  });

  it('that comes late is waited for', async () => {
    await connect(plain);
    await link.close();
    await proxy!.unplug();
    setTimeout(() => void proxy!.plug(), 300);
    link = await openLink(cable, { patienceMs: 3000 });
    expect((await FrameClient.connect(link, { timeoutMs: PATIENT_MS })).hello.build).toBe('b1');
  });

  it('may get another name: it is looked for where the board is', async () => {
    const { port } = await plain.start(elves.get(plain)!);
    link = await openLink(join(plain.folder, 'no-such-port'), { locate: async () => port });
    expect(link.path).toBe(port);
  });
});
