// How fast transfers are on a clean line, beside what the virtual board's UART gives at all. On demand: TINYKILN_THROUGHPUT=1.
import { afterAll, describe, expect, it } from 'vitest';
import { FrameClient } from '../../device/frame_client.js';
import type { ByteLink } from '../../device/link.js';
import { BoardClient } from '../../device/protocol.js';
import { ROOMY_FILES } from './roomy_model.js';
import { Workbench } from './workbench.js';

const BYTES = 64 * 1024;
const ROUNDS = 5;

/** Each inference sends as many bytes as the UART takes, one after the other. */
const SENDS = `extern void port_putchar(char); for (long n = 0; n < ${BYTES}; n++) port_putchar('x');`;

const bench = new Workbench(
  ROOMY_FILES.map(({ path, text }) => ({
    path,
    text: text.replace('void tiny_invoke(void)\n{', `void tiny_invoke(void)\n{\n    ${SENDS}`),
  })),
);
afterAll(() => bench.clear());

async function kibPerSecond(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return BYTES / 1024 / ((performance.now() - started) / 1000);
}

/** One command of 64 KiB, which the board reads to its end and refuses. */
async function rawIn(link: ByteLink): Promise<void> {
  for (let sent = 0; sent < BYTES; sent += 512) {
    link.write('x'.repeat(512));
    await new Promise((resolve) => setImmediate(resolve));
  }
  link.write('%');
  while ((await link.readLine(30_000)) !== 'm-ready');
}

async function rawOut(link: ByteLink): Promise<void> {
  link.write('infer 1 0%');
  while ((await link.readLine(30_000)) !== 'm-ready');
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

describe.runIf(process.env['TINYKILN_THROUGHPUT'])('on a clean line', () => {
  it('transfers take at least 70 % of what the UART gives', async () => {
    const { elf } = await bench.build();
    const { port } = await bench.start(elf);
    const link = (await bench.open(port)) as ByteLink;
    await BoardClient.connect(link, 5000);
    const figures: Record<string, number[]> = { rawIn: [], framesIn: [], rawOut: [], framesOut: [] };
    for (let round = 0; round < ROUNDS; round++) {
      link.discard();
      figures['rawIn']!.push(await kibPerSecond(() => rawIn(link)));
      figures['rawOut']!.push(await kibPerSecond(() => rawOut(link)));
      const client = await FrameClient.connect(link, { timeoutMs: 10_000 });
      const data = Buffer.alloc(BYTES, Buffer.from(Uint8Array.from({ length: 251 }, (_, i) => i)));
      figures['framesIn']!.push(await kibPerSecond(() => client.write('arena', 0, data)));
      figures['framesOut']!.push(await kibPerSecond(() => client.read('arena', 0, BYTES)));
      await client.leave();
    }
    const [rawInRate, framesInRate, rawOutRate, framesOutRate] = Object.values(figures).map(median) as [
      number,
      number,
      number,
      number,
    ];
    process.stdout.write(`${JSON.stringify({ rawInRate, framesInRate, rawOutRate, framesOutRate })}\n`);
    expect(framesInRate).toBeGreaterThan(0.7 * rawInRate);
    expect(framesOutRate).toBeGreaterThan(0.7 * rawOutRate);
  });
});
