// What a command is: its name, options and examples, and what to load when it is called.
import type { Options } from 'yargs';
import type { Context } from './context.js';

/** Option values by name, as yargs has checked them against the command's table. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Returns the exit code: 0, or 1 where a check failed. */
export type Run = (args: Arguments, context: Context) => Promise<number>;

export interface Command {
  /** Name and positionals, as yargs spells them. */
  usage: string;
  describe: string;
  positionals?: Readonly<Record<string, Options & { type: 'string' }>>;
  options: Readonly<Record<string, Options>>;
  examples: readonly (readonly [string, string])[];
  load: () => Promise<{ run: Run }>;
}

/** Commands under a common name: `kiln data inspect`. */
export interface CommandGroup {
  name: string;
  describe: string;
  commands: readonly Command[];
}
