// What a person or a machine sees of a run: one interface, three faces (terminal, plain lines, JSON).
import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';
import { createColors } from 'picocolors';

export interface Output {
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream;
  env: Readonly<Record<string, string | undefined>>;
}

export interface Reporter {
  /** A stage begins. */
  step(title: string): void;
  /** `done` of `total`; `detail` is short. The same label goes on with the same bar. */
  progress(label: string, done: number, total: number, detail?: string): void;
  /** Something to know that is no error. */
  notice(text: string): void;
  /** A finished fact, one line. */
  line(text: string): void;
  table(head: string[], rows: (string | number)[][]): void;
  /** The command's result: the JSON face prints this alone. */
  result(data: Record<string, unknown>): void;
  /** Ends a bar that is still drawn. */
  close(): void;
}

export function createReporter(output: Output, json: boolean): Reporter {
  if (json) return jsonReporter(output);
  return output.stdout.isTTY && !output.env['CI'] ? terminalReporter(output) : plainReporter(output);
}

function jsonReporter({ stdout, stderr }: Output): Reporter {
  const nothing = () => {};
  return {
    step: nothing,
    progress: nothing,
    notice: (text) => void stderr.write(`notice: ${text}\n`),
    line: nothing,
    table: nothing,
    result: (data) => void stdout.write(`${JSON.stringify(data, null, 2)}\n`),
    close: nothing,
  };
}

const BORDERLESS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((corner) => [`${side}${corner}`, '']),
  ),
);

function tableText(head: string[], rows: (string | number)[][], color: boolean): string {
  const style = { 'padding-left': 0, 'padding-right': 2, ...(color ? { head: ['bold'] } : { head: [], border: [] }) };
  const table = new Table({ head, style, chars: BORDERLESS });
  table.push(...rows);
  return `${table.toString()}\n`;
}

/** At most one line per tenth of the way, so that a CI log stays short. */
function plainReporter({ stdout }: Output): Reporter {
  let current = '';
  let tenth = -1;
  return {
    step: (title) => void stdout.write(`\n== ${title}\n`),
    progress(label, done, total, detail = '') {
      if (label !== current) [current, tenth] = [label, -1];
      const now = Math.floor((10 * done) / Math.max(1, total));
      if (now === tenth) return;
      tenth = now;
      stdout.write(`${label}: ${done}/${total}${detail && ` ${detail}`}\n`);
    },
    notice: (text) => void stdout.write(`notice: ${text}\n`),
    line: (text) => void stdout.write(`${text}\n`),
    table: (head, rows) => void stdout.write(tableText(head, rows, false)),
    result: () => {},
    close: () => {},
  };
}

function terminalReporter({ stdout, env }: Output): Reporter {
  const color = createColors(env['NO_COLOR'] === undefined);
  let bar: SingleBar | undefined;
  let current = '';
  const close = () => {
    bar?.stop();
    bar = undefined;
    current = '';
  };
  const print = (text: string) => {
    close();
    stdout.write(text);
  };
  return {
    step: (title) => print(`\n${color.bold(color.cyan(`▸ ${title}`))}\n`),
    progress(label, done, total, detail = '') {
      if (label !== current) {
        close();
        current = label;
        bar = new SingleBar({
          format: '  {label} {bar} {value}/{total} {detail}',
          barsize: 24,
          barCompleteChar: '█',
          barIncompleteChar: '░',
          hideCursor: true,
          stream: stdout,
          fps: 8,
        });
        bar.start(total, done, { label, detail });
      } else bar?.update(done, { label, detail });
      if (done >= total) close();
    },
    notice: (text) => print(`  ${color.yellow('notice')} ${text}\n`),
    line: (text) => print(`  ${text}\n`),
    table: (head, rows) => print(tableText(head, rows, env['NO_COLOR'] === undefined).replace(/^(?=.)/gm, '  ')),
    result: () => {},
    close,
  };
}
