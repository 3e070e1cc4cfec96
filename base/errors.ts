// Every error that a user can cause or cure: where it is, what was found, what to do next.

/** Who has to act, and so which exit code the command line gives: check 1, user 2, device 3. */
export type Fault = 'check' | 'user' | 'device';

export const EXIT_CODE: Readonly<Record<Fault, number>> = { check: 1, user: 2, device: 3 };
/** Exit code of a bug in tinykiln itself (EX_SOFTWARE of sysexits.h). */
export const EXIT_BUG = 70;
/** Exit code after Ctrl-C: 128 + SIGINT. */
export const EXIT_INTERRUPTED = 130;

export interface Problem {
  /** File, layer, key, board or port: as the user would name it. */
  where: string;
  /** What was found, and what was expected. */
  what: string;
  /** The next step, as an imperative sentence. */
  todo: string;
}

export class KilnError extends Error {
  /** @param code stable, for machines and tests: `wav-truncated`, `op-unsupported`. */
  constructor(
    readonly code: string,
    readonly problem: Problem,
    readonly fault: Fault = 'user',
    options?: ErrorOptions,
  ) {
    super(`${problem.where}: ${problem.what}. ${problem.todo}`, options);
    this.name = 'KilnError';
  }

  get exitCode(): number {
    return EXIT_CODE[this.fault];
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node system error such as ENOENT, or undefined. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
