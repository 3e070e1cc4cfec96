// A stream at work, here or on a board: samples in, what is heard out.
import { connectStream, streamFacts, streamTo } from '../device/stream.js';
import type { Arguments } from './command.js';
import type { Context } from './context.js';
import { withLink } from './board.js';
import type { Shown, StreamKind } from './monitor/kind.js';
import { nothingToHear } from './monitor/source.js';
import { hearLines } from './monitor/spoken.js';
import { portFor } from './ports.js';

/** Whether a command line means a board. */
export function namesBoard({ port, board, serial }: Arguments): boolean {
  return [port, board, serial].some((name) => name !== undefined);
}

/** @returns seconds of the stream */
export async function listenHere(
  kind: StreamKind,
  samples: AsyncIterable<Int16Array>,
  show: (shown: Shown) => void,
  context: Context,
): Promise<number> {
  const { signal } = context;
  const listen = kind.listener();
  let heard = 0;
  for await (const piece of samples) {
    signal.throwIfAborted();
    listen(piece).forEach(show);
    heard += piece.length / kind.channels;
  }
  await kind.conclude?.(context);
  return heard / kind.sampleRate;
}

/** The same on a board, by what it answers. @throws KilnError of the link, of `StreamKind.requireBoard` */
export async function listenOnBoard(
  kind: StreamKind,
  samples: AsyncIterable<Int16Array>,
  show: (shown: Shown) => void,
  args: Arguments,
  context: Context,
): Promise<number> {
  const { path } = await portFor(args, context);
  const baudRate = Number(args['baud']);
  const speed = args['speed'] as number | undefined;
  const { signal, reporter } = context;
  const onLog = (line: string) => reporter.notice(`board: ${line}`);
  const work = async (link: Parameters<Parameters<typeof withLink>[1]>[0]) => {
    const client = await connectStream(link, { timeoutMs: 1000 * Number(args['timeout']), baudRate, speed, onLog });
    try {
      const facts = await streamFacts(client);
      kind.requireBoard(facts, client);
      const read = kind.reader();
      const heard = await streamTo(client, facts, until(signal, samples), (bytes) => show(read(bytes)));
      await kind.conclude?.(context, client);
      return heard / kind.channels / kind.sampleRate;
    } finally {
      await client.leave();
    }
  };
  return withLink(path, work, { baudRate });
}

/** What a board says that hears its own microphone, until the signal. @throws KilnError of the link, `monitor-source` */
export async function hearBoard(
  kind: StreamKind,
  show: (shown: Shown) => void,
  args: Arguments,
  context: Context,
): Promise<number> {
  const { signal, reporter } = context;
  if (!kind.spoken) throw nothingToHear('Send it samples: no firmware of a detector hears by itself.');
  const { path } = await portFor(args, context);
  const read = kind.spoken(path, (text) => reporter.notice(`board: ${text}`));
  return withLink(path, (link) => hearLines(link, read, show, signal), { baudRate: Number(args['baud']) });
}

async function* until(signal: AbortSignal, samples: AsyncIterable<Int16Array>): AsyncGenerator<Int16Array> {
  for await (const piece of samples) {
    signal.throwIfAborted();
    yield piece;
  }
}
