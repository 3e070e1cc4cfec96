// How what is heard is shown: live on a terminal, a line for each event in a log, a line of JSON for each result.
import { clearLine, cursorTo } from 'node:readline';
import type { Context } from '../context.js';
import type { Shown } from './kind.js';

export interface Face {
  show(shown: Shown): void;
  close(): void;
}

export function faceOf(json: boolean, { stdout, env }: Context): Face {
  if (json) return { show: ({ data }) => void stdout.write(`${JSON.stringify(data)}\n`), close: () => {} };
  const print = (shown: Shown) => void (shown.event && stdout.write(`${clock(shown.seconds)}  ${shown.event}\n`));
  if (!stdout.isTTY || env['CI']) return { show: print, close: () => {} };
  const wipe = () => {
    clearLine(stdout, 0);
    cursorTo(stdout, 0);
  };
  return {
    show(shown) {
      wipe();
      print(shown);
      stdout.write(liveLine(shown, stdout.columns ?? 80));
    },
    close: wipe,
  };
}

const BARS = ' ▁▂▃▄▅▆▇█';

/** Time, a bar for each value, and the largest. */
export function liveLine({ seconds, values }: Shown, columns: number): string {
  const bars = values.map(({ value }) => BARS[Math.min(8, Math.floor(9 * value))]!).join('');
  const best = values.reduce<Shown['values'][number] | undefined>(
    (a, b) => (a && a.value >= b.value ? a : b),
    undefined,
  );
  const name = best ? ` ${best.name} ${best.value.toFixed(2)}` : ' quiet';
  return `${clock(seconds)} ▏${bars}▕${name}`.slice(0, columns - 1);
}

/** 75.32 → 1:15.3. */
function clock(seconds: number): string {
  const tenths = Math.floor(10 * seconds);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}
