// What a host makes of answers that are not the protocol's: a link that says what the test wants.
import { describe, expect, it } from 'vitest';
import type { Link } from '../../device/link.js';
import { BoardClient } from '../../device/protocol.js';
import { failureOf } from './workbench.js';

type Answers = (command: string) => string[];

/** A board that answers each command with lines. */
class ScriptedLink implements Link {
  readonly path = '/dev/ttyTest';
  private lines: string[] = [];

  constructor(private readonly answers: Answers) {}

  write(text: string): void {
    const commands = text.split('%').slice(0, -1);
    for (const command of commands) this.lines.push(...this.answers(command));
  }

  async readLine(): Promise<string | undefined> {
    return this.lines.shift();
  }

  discard(): void {
    this.lines = [];
  }

  async close(): Promise<void> {}
}

const unknown = (command: string) => [`e-[Unknown command: ${command}]`, 'm-ready'];

const connect = (answers: Answers) =>
  BoardClient.connect(
    new ScriptedLink((command) => (command.startsWith('knock') ? unknown(command) : answers(command))),
    50,
  );

const OUTPUT = ['m-kiln-output-[0102]', 'm-kiln-crc-[00000000,b6cc4292]', 'm-kiln-ticks-5', 'm-ready'];
const INFO = 'model=0123456789abcdef,input=4,output=2,arena=8,tick-hz=1000,core-hz=1000,runtime=compiled,build=b';

describe('an answer that is not of the protocol', () => {
  it.each([
    ['profile', ['m-ready']],
    ['profile', ['m-profile-[x]', 'm-ready']],
    ['info', ['m-ready']],
    ['info', [`m-kiln-[${INFO.replace('input=4', 'input=four')}]`, 'm-ready']],
    ['info', [`m-kiln-[${INFO.replace('tick-hz=1000', 'tick-hz=0')}]`, 'm-ready']],
    ['info', [`m-kiln-[${INFO.replace(',arena=8', '')}]`, 'm-ready']],
    ['output', ['m-kiln-output-[01]', 'm-ready']],
    ['output', [OUTPUT[0]!.replace('0102', '010'), ...OUTPUT.slice(1)]],
    ['infer', ['m-lap-us-1', 'm-results-[0.1]', 'm-ready']],
    ['infer', ['m-lap-us-1', 'm-lap-us-2', 'm-ready']],
    ['results', [`m-results-[${'x'.repeat(500)}]`, 'm-ready']],
  ] as const)('to %s: %j', async (method, lines) => {
    const board = await connect(() => [...lines]);
    const failure = await failureOf(() => board[method]());
    expect(failure).toMatchObject({ code: 'board-answer', exitCode: 3 });
    expect(String(failure)).toContain('port /dev/ttyTest: the answer to `');
    expect(String(failure).length).toBeLessThan(400);
  });

  it('is told from a good one', async () => {
    expect(await (await connect(() => [`m-kiln-[${INFO}]`, 'm-ready'])).info()).toMatchObject({
      inputSize: 4,
      arenaBytes: 8,
    });
    expect(await (await connect(() => OUTPUT)).output()).toEqual({ output: Int8Array.of(1, 2), ticks: 5, inputCrc: 0 });
  });
});

describe('damage', () => {
  it('of the output is seen by its CRC', async () => {
    const board = await connect(() => [OUTPUT[0]!.replace('02', '03'), ...OUTPUT.slice(1)]);
    expect(await failureOf(() => board.output())).toMatchObject({ code: 'link-corrupt', exitCode: 3 });
  });

  it('of the input is seen by its CRC', async () => {
    const answers: Record<string, string[]> = {
      'db load 2': ['m-[Expecting 2 bytes]', 'm-ready'],
      'db 0506': ['m-load-done', 'm-ready'],
      'infer 1 0': ['m-lap-us-1', 'm-lap-us-2', 'm-results-[0.1,0.2]', 'm-ready'],
      'kiln output': OUTPUT,
    };
    const board = await connect((command) => answers[command] ?? ['m-ready']);
    expect(await failureOf(() => board.run(Int8Array.of(5, 6)))).toMatchObject({ code: 'link-corrupt' });
  });
});

describe('a port without a board of ours', () => {
  it('that is silent is given up', async () => {
    const failure = await failureOf(() => BoardClient.connect(new ScriptedLink(() => []), 30));
    expect(failure).toMatchObject({ code: 'board-silent', exitCode: 3 });
    expect(String(failure)).toContain('port /dev/ttyTest: no board answered within 0.03 s');
  });

  it('that answers late is not misread: the answers to earlier knocks are passed over', async () => {
    const slow = new ScriptedLink((command) => unknown(command));
    const late: string[] = [];
    const { write } = slow;
    slow.write = (text) => {
      if (late.length === 0) late.push(text);
      else write.call(slow, `${late.pop()}${text}`);
      if (late.length === 0) slow.write = write.bind(slow);
    };
    const board = await BoardClient.connect(slow, 1200);
    expect(await slow.readLine()).toBeUndefined();
    expect(await failureOf(() => board.command('dance'))).toMatchObject({ code: 'board-refused' });
  });

  it('that babbles is given up', async () => {
    const babble = new ScriptedLink(() => []);
    babble.readLine = async () => 'ok';
    expect(await failureOf(() => BoardClient.connect(babble, 30))).toMatchObject({ code: 'board-silent' });
  });

  it('whose answer has no end is given up', async () => {
    const board = await connect(() => Array.from({ length: 10_001 }, () => 'm-buffer-00'));
    expect(await failureOf(() => board.command('db print'))).toMatchObject({ code: 'board-answer' });
  });
});
