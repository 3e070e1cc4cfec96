// Our flasher against a simulated STM32 boot loader: on a good cable, with chips that refuse, and under faults.
import { describe, expect, it } from 'vitest';
import { KilnError } from '../../../base/errors.js';
import { Random } from '../../../base/random.js';
import { flashOverChannel } from '../../../device/flashers/stm32/index.js';
import type { Image } from '../../../device/formats/index.js';
import { loadBoard } from '../../../firmware-templates/index.js';
import { failureOf } from '../workbench.js';
import { FaultyChannel, type Fate, type FaultKind } from './faulty_channel.js';
import { STM32F103, STM32F405, type ChipModel } from './rom_simulator.js';

const CHIPS = [
  { board: loadBoard('generic-stm32f405'), chip: STM32F405 },
  { board: loadBoard('bluepill-f103c8'), chip: STM32F103 },
];
const F405 = CHIPS[0]!;

function firmware(bytes: number, seed = 1): Image {
  const random = new Random(seed);
  return [{ address: 0x08000000, bytes: Uint8Array.from({ length: bytes }, () => random.integer(256)) }];
}

const flash = (channel: FaultyChannel, { board }: (typeof CHIPS)[number], image: Image) =>
  flashOverChannel(channel, board, image, 'command', {});

const holds = (channel: FaultyChannel, image: Image) =>
  image.every(({ address, bytes }) => channel.chip.holds(address, bytes));

describe.each(CHIPS)('$board.name on a good cable', (subject) => {
  const image = firmware(3001);
  const channel = new FaultyChannel(subject.chip);

  it('is erased where needed, written, read back and started', async () => {
    const flashed = await flash(channel, subject, image);
    expect(flashed).toMatchObject({
      method: 'stm32-rom',
      bytes: 3001,
      verified: 'read back by kiln',
      retries: expect.any(Number) as number,
    });
    expect(holds(channel, image)).toBe(true);
    expect(channel.chip.started).toBe(0x08000000);
    expect(channel.chip.erased).toEqual({ pages: subject.chip === STM32F103 ? 3 : 1, all: 0 });
  });

  it('is flashed again from where a former session left the boot loader', async () => {
    channel.chip.reset();
    channel.write(Uint8Array.from([0x7f, 0x31, 0xce, 0x08]));
    const other = firmware(1000, 2);
    await flash(channel, subject, other);
    expect(holds(channel, other)).toBe(true);
  });
});

describe('a chip that refuses', () => {
  const attempt = (model: Partial<ChipModel>, subject = F405, image = firmware(500)) => {
    const channel = new FaultyChannel({ ...subject.chip, ...model });
    return { channel, failure: failureOf(() => flash(channel, subject, image)) };
  };

  it('to be read is protected, and nothing is erased', async () => {
    const { channel, failure } = attempt({ protected: true });
    expect(await failure).toMatchObject({ code: 'readout-protected', fault: 'device' });
    expect(String(await failure)).toMatch(/RDP.*stm32flash -k.*run `kiln flash` again/);
    expect(channel.chip.erased).toEqual({ pages: 0, all: 0 });
  });

  it('to be erased is protected against writing', async () => {
    const { failure } = attempt({ writeProtected: true });
    expect(await failure).toMatchObject({ code: 'write-protected' });
    expect(String(await failure)).toContain('refuses to erase flash');
  });

  it('is another chip than the board has', async () => {
    const { channel, failure } = attempt({ id: 0x410 });
    expect(await failure).toMatchObject({ code: 'chip-mismatch', fault: 'user' });
    expect(String(await failure)).toContain(
      'STM32F10x medium density (id 0x410), and generic-stm32f405 has STM32F405xG (id 0x413)',
    );
    expect(channel.chip.erased).toEqual({ pages: 0, all: 0 });
  });

  it('has less flash than the image needs', async () => {
    const small = { pages: [16384, 16384] };
    const { failure } = attempt(small, F405, firmware(40_000));
    expect(await failure).toMatchObject({ code: 'image-outside' });
  });

  it('does not answer at all', async () => {
    const channel = new FaultyChannel(STM32F405, () => ({ kind: 'drop', bit: 0, ms: 0 }));
    const failure = await failureOf(() => flashOverChannel(channel, F405.board, firmware(100), 'manual', {}));
    expect(failure).toMatchObject({ code: 'bootloader-silent', fault: 'device' });
    expect(String(failure)).toMatch(/BOOT0 high.*run `kiln flash` again/);
    expect(channel.now()).toBeLessThan(35_000);
  });

  it('of an unknown id is erased whole', async () => {
    const channel = new FaultyChannel({ ...STM32F405, id: 0x777 });
    const board = { ...F405.board, mcu: 'STM32X9' };
    await flashOverChannel(channel, board, firmware(500), 'command', {});
    expect(channel.chip.erased).toEqual({ pages: 0, all: 1 });
  });

  it('loses bits in flash is never called flashed', async () => {
    const channel = new FaultyChannel(STM32F405);
    const image = firmware(700);
    const worn = channel.chip.flash;
    const original = worn.fill.bind(worn);
    channel.chip.flash.fill = (value, start, end) => {
      original(value, start, end);
      worn[300] = 0x00;
      return worn;
    };
    expect(await failureOf(() => flash(channel, F405, image))).toMatchObject({ code: 'flash-verify' });
  });
});

const KINDS: readonly FaultKind[] = ['drop', 'duplicate', 'flip', 'delay', 'nack', 'unplug'];
const MOMENTS = 200;
/** On the cable; nobody waits for more than that, whatever happens. */
const LONGEST_MS = 15 * 60_000;

interface Outcome {
  channel: FaultyChannel;
  failure: unknown;
}

async function outcome(subject: (typeof CHIPS)[number], image: Image, fateOf: (n: number) => Fate): Promise<Outcome> {
  const channel = new FaultyChannel(subject.chip, fateOf);
  const failure = await failureOf(() => flash(channel, subject, image));
  expect(channel.now()).toBeLessThan(LONGEST_MS);
  return { channel, failure };
}

/** A verified image, or an error that says how to try again. */
function judge({ channel, failure }: Outcome, image: Image): 'flashed' | 'failed' {
  if (failure === undefined) {
    expect(holds(channel, image)).toBe(true);
    return 'flashed';
  }
  expect(failure).toBeInstanceOf(KilnError);
  expect((failure as KilnError).message).toMatch(/run `kiln flash` again/);
  return 'failed';
}

describe.each(CHIPS)('$board.name under faults', (subject) => {
  const image = firmware(2500);

  it.each(KINDS)(`%s at each of ${MOMENTS} random moments`, async (kind) => {
    const clean = await outcome(subject, image, () => undefined);
    const random = new Random(KINDS.indexOf(kind) + 1);
    const results = { flashed: 0, failed: 0 };
    for (let i = 0; i < MOMENTS; i++) {
      const moment = random.integer(clean.channel.carried);
      const fate = { kind, bit: random.integer(8), ms: 10 + random.integer(5000) };
      const result = await outcome(subject, image, (n) => (n === moment ? fate : undefined));
      results[judge(result, image)]++;
    }
    // One accident is survived, unless it was the cable.
    if (kind === 'unplug') expect(results.flashed).toBeLessThan(MOMENTS / 10);
    else expect(results).toEqual({ flashed: MOMENTS, failed: 0 });
  });

  it.each([0.0005, 0.002, 0.01, 0.05])('any fault, at %f of all bytes', async (rate) => {
    const results = { flashed: 0, failed: 0 };
    for (let seed = 1; seed <= 50; seed++) {
      const random = new Random(seed);
      const fateOf = (): Fate =>
        random.uniform() < rate
          ? { kind: KINDS[random.integer(KINDS.length - 1)]!, bit: random.integer(8), ms: random.integer(2000) }
          : undefined;
      results[judge(await outcome(subject, image, fateOf), image)]++;
    }
    if (rate <= 0.0005) expect(results.flashed).toBeGreaterThan(45);
    if (rate >= 0.05) expect(results.failed).toBeGreaterThan(45);
  });
});
