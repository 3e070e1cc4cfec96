// The two faces of `kiln console`: a prompt on a terminal, and lines of a pipe one after the other.
import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import { KilnError } from '../base/errors.js';
import { BoardConsole, type LineEnd } from '../device/console.js';
import { openLink, type Link } from '../device/link.js';
import { livePort } from '../device/virtual/state.js';
import { BoardClient } from '../device/protocol.js';
import type { Arguments } from './command.js';
import type { Context } from './context.js';
import { portFor } from './ports.js';
import { openTranscript, type Transcript } from './transcript.js';

/** Commands of MLPerf Tiny, and ours. */
export const KNOWN_COMMANDS = [
  'name',
  'profile',
  'timestamp',
  'help',
  'db load ',
  'db print',
  'db ',
  'infer ',
  'results',
  'kiln info',
  'kiln output',
  'kiln frames',
];

/** What the start of a known command can go on with, as readline wants it. */
export function complete(line: string): [string[], string] {
  const hits = KNOWN_COMMANDS.filter((command) => command.startsWith(line));
  return [hits, line];
}

/** A terminal's prompt until Ctrl-C or Ctrl-D. */
export async function talk(args: Arguments, context: Context): Promise<number> {
  const { stdin, stdout } = context;
  const ending = endingOf(context);
  const prompt = createInterface({ input: stdin!, output: stdout, prompt: '> ', completer: complete, terminal: true });
  prompt.on('SIGINT', () => ending.abort()).on('close', () => ending.abort());
  const print = (text: string) => above(prompt, stdout, text);
  const transcript = openTranscript(args, context, print, (text) => print(`-- ${text}`));
  try {
    const board = await start(args, context, transcript, ending.signal);
    prompt.on('line', (line) => {
      if (line !== '') send(board, transcript, line);
      prompt.prompt();
    });
    transcript.notice('Tab completes commands of MLPerf Tiny, Ctrl-C leaves');
    await board.ended;
    return 0;
  } finally {
    prompt.close();
    stdout.write('\n');
    transcript.close();
  }
}

function send(board: BoardConsole, transcript: Transcript, line: string): void {
  transcript.sent(line);
  board.send(line);
}

/** Prints a line above the prompt and what is being typed there. */
function above(prompt: Interface, stdout: Context['stdout'], text: string): void {
  cursorTo(stdout, 0);
  clearLine(stdout, 0);
  stdout.write(`${text}\n`);
  prompt.prompt(true);
}

/**
 * The lines of a pipe, each sent when the one before is answered; then, without --once, whatever the board says.
 * @throws KilnError `board-silent` where a line of --once has no answer.
 */
export async function feed(args: Arguments, context: Context): Promise<number> {
  const { stdout, stderr, stdin } = context;
  const ending = endingOf(context);
  const notify = (text: string) => void stderr.write(`notice: ${text}\n`);
  const transcript = openTranscript(args, context, (text) => void stdout.write(`${text}\n`), notify);
  try {
    const board = await start(args, context, transcript, ending.signal);
    try {
      if (stdin) await sendAll(createInterface({ input: stdin }), board, transcript, args, ending.signal);
    } finally {
      if (args['once'] === true) ending.abort();
      await board.ended;
    }
    return 0;
  } finally {
    transcript.close();
  }
}

async function sendAll(
  lines: AsyncIterable<string>,
  board: BoardConsole,
  transcript: Transcript,
  args: Arguments,
  signal: AbortSignal,
): Promise<void> {
  for await (const line of lines) {
    if (signal.aborted) return;
    if (line === '') continue;
    transcript.sent(line);
    const answered = await board.exchange(line, Number(args['timeout']) * 1000);
    if (answered || signal.aborted || args['once'] !== true) continue;
    const what = `no answer to \`${line}\` within ${Number(args['timeout'])} s`;
    const todo = 'Check the cable, --baud and --end, or give it longer with --timeout.';
    throw new KilnError('board-silent', { where: 'the board', what, todo }, 'device');
  }
}

/** Aborted with the command's own signal, or before it by what ends a conversation. */
function endingOf({ signal }: Context): AbortController {
  const ending = new AbortController();
  signal.addEventListener('abort', () => ending.abort(), { once: true });
  return ending;
}

async function start(
  args: Arguments,
  context: Context,
  transcript: Transcript,
  signal: AbortSignal,
): Promise<BoardConsole> {
  const port = await portFor(args, context);
  const baudRate = Number(args['baud']);
  const lineEnd = args['end'] as LineEnd;
  const { serialNumber } = port;
  let first = true;
  const open = async () => {
    // A board that comes back may have another name, and keeps its serial number.
    const { path } = first || !serialNumber ? port : await portFor({ serial: serialNumber }, context);
    const link = await openLink(path, { baudRate, locate: async () => livePort(path) });
    // What is sent to a board that still starts would be lost.
    if (first && args['once'] === true && lineEnd === 'percent') await knock(link, Number(args['timeout']) * 1000);
    first = false;
    return link;
  };
  const { received: onLine, notice: onNotice } = transcript;
  const board = await BoardConsole.start({ open, lineEnd, onLine, onNotice, signal });
  transcript.notice(`connected to ${port.path} at ${baudRate} baud`);
  return board;
}

async function knock(link: Link, timeoutMs: number): Promise<void> {
  try {
    await BoardClient.connect(link, timeoutMs);
  } catch (error) {
    await link.close();
    throw error;
  }
}
