// The command line: declares the commands, turns errors into messages and exit codes.
import { resolve } from 'node:path';
import yargs, { type Argv } from 'yargs';
import { EXIT_BUG, EXIT_CODE, EXIT_INTERRUPTED, KilnError, messageOf } from '../base/errors.js';
import { packageVersion } from '../base/files.js';
import { boardFolders } from '../firmware-templates/board_folders.js';
import type { Arguments, Command, CommandGroup } from './command.js';
import { COMMANDS } from './commands.js';
import type { Context, Shell } from './context.js';
import { DATA_COMMANDS } from './data_commands.js';

const EPILOGUE =
  'Exit codes: 0 fine, 1 a check failed, 2 a mistake to mend, 3 the board or the link, 70 a bug, 130 interrupted.';

/** Runs one command line. @returns the exit code. */
export async function main(argv: string[], shell: Shell): Promise<number> {
  let code = 0;
  const parser = declare(async (command, args) => {
    code = await execute(command, args, shell);
  });
  let printed = '';
  try {
    await parser.parseAsync(argv, {}, (_error, _args, output) => {
      printed = output;
    });
  } catch (error) {
    return fail(error, shell, argv.includes('--json'));
  }
  if (printed) shell.stdout.write(`${printed}\n`);
  return code;
}

type Handler = (command: Command, args: Arguments) => Promise<void>;

function declare(handler: Handler): Argv {
  const parser = yargs()
    .scriptName('kiln')
    .usage('$0 <command>\n\nTinyML firmware: train, quantize, compile, flash, and validate bit for bit.')
    .option('project', { alias: 'C', type: 'string', default: '.', describe: 'Project folder' })
    .option('json', { type: 'boolean', default: false, describe: 'Print the result as JSON' })
    .version(packageVersion())
    .help()
    .alias('help', 'h')
    .strict()
    .demandCommand(1, 'Name a command; `kiln --help` lists them.')
    .recommendCommands()
    .wrap(100)
    .epilogue(EPILOGUE)
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message);
    });
  declareAll(parser, COMMANDS, handler);
  declareGroup(parser, DATA_COMMANDS, handler);
  return parser;
}

function declareAll(parser: Argv, commands: readonly Command[], handler: Handler): void {
  for (const command of commands) {
    parser.command(
      command.usage,
      command.describe,
      (y) => options(y, command),
      (args) => handler(command, args),
    );
  }
}

function declareGroup(parser: Argv, { name, describe, commands }: CommandGroup, handler: Handler): void {
  parser.command(name, describe, (y) => {
    declareAll(y, commands, handler);
    return y.demandCommand(1, `Name what to do; \`kiln ${name} --help\` lists it.`);
  });
}

function options(parser: Argv, { positionals = {}, options, examples }: Command): Argv {
  for (const [name, option] of Object.entries(positionals)) parser.positional(name, option as object);
  for (const [name, option] of Object.entries(options)) parser.option(name, option);
  return parser.example(examples.map(([line, what]) => [line, what]));
}

function usageError(message: string): KilnError {
  const what = message.replace(/[.?]$/, '').replace(/\n/g, ' ');
  return new KilnError('usage', { where: 'command line', what, todo: 'See `kiln --help`.' });
}

async function execute(command: Command, args: Arguments, shell: Shell): Promise<number> {
  const { createReporter } = await import('./reporter.js');
  const abort = new AbortController();
  const interrupt = () => abort.abort();
  process.once('SIGINT', interrupt);
  const project = resolve(shell.cwd, String(args['project']));
  const context: Context = {
    ...shell,
    project,
    boards: boardFolders(project),
    reporter: createReporter(shell, args['json'] === true),
    signal: abort.signal,
  };
  try {
    checkNumbers(command, args);
    return await (await command.load()).run(args, context);
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    const message = error instanceof KilnError ? error.message : 'interrupted';
    shell.stderr.write(`kiln: ${message}\n`);
    return EXIT_INTERRUPTED;
  } finally {
    process.removeListener('SIGINT', interrupt);
    context.reporter.close();
  }
}

/** yargs gives NaN for a number option that holds a word, and an array for one that was given twice. */
function checkNumbers({ options }: Command, args: Arguments): void {
  for (const [name, option] of Object.entries(options)) {
    const value = args[name];
    if (Array.isArray(value) && !option.array) throw usageError(`--${name} is given more than once`);
    if (option.type === 'number' && value !== undefined && !(Number(value) > 0)) {
      throw usageError(`--${name} takes a number above 0`);
    }
  }
}

function fail(error: unknown, { stdout, stderr }: Shell, json: boolean): number {
  const known = error instanceof KilnError ? error : undefined;
  const code = known?.exitCode ?? (isUsage(error) ? EXIT_CODE.user : EXIT_BUG);
  const message = messageOf(error);
  if (json) stdout.write(`${JSON.stringify({ error: { code: known?.code ?? 'bug', message, ...known?.problem } })}\n`);
  if (code === EXIT_BUG) {
    stderr.write(`kiln: this is a bug in tinykiln; please report it with the lines below.\n${stackOf(error)}\n`);
  } else if (!json) stderr.write(`kiln: ${message}\n`);
  return code;
}

function isUsage(error: unknown): boolean {
  return error instanceof Error && error.name === 'YError';
}

function stackOf(error: unknown): string {
  return (error instanceof Error && error.stack) || messageOf(error);
}
