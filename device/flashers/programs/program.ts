// What a program of others is to tinykiln: which file it takes, how it is called, and what its words mean.
import type { Format } from '../../formats/index.js';
import type { Flashed, Job, MethodName } from '../method.js';

/** A failure that is known by what the program printed. */
export interface Failure {
  pattern: RegExp;
  code: string;
  what: string;
  todo: string;
}

export interface Call<M extends MethodName> extends Job<M> {
  /** The serial port, for programs that take one. */
  port: string;
}

export interface Program<M extends MethodName> {
  method: M;
  /** What it reads; made from the firmware's ELF where that is not there. */
  format: Format;
  /** The format comes from a build of its own: it cannot be made from an ELF alone. */
  formatIsBuilt?: true;
  /** It talks to a serial port. */
  serial?: true;
  arguments(call: Call<M>): string[];
  /** What it prints when it is done: without that, exit code 0 is not believed. */
  success: RegExp;
  /** Exit codes besides 0 that come with success. */
  alsoFine?: readonly number[];
  verified: Flashed['verified'];
  failures: readonly Failure[];
}

const again = 'then run `kiln flash` again';

/** Failures that several programs share, each with what that program prints. */
export const failure = {
  noProbe: (pattern: RegExp): Failure => ({
    pattern,
    code: 'probe-missing',
    what: 'no debug probe was found',
    todo: `Plug the board's ST-Link or CMSIS-DAP probe in with a data cable, ${again}.`,
  }),
  noTarget: (pattern: RegExp): Failure => ({
    pattern,
    code: 'target-silent',
    what: 'the probe is there, and the chip does not answer it',
    todo: `Check power and wires of SWD, hold reset while it connects, ${again}.`,
  }),
  noDevice: (pattern: RegExp, how: string): Failure => ({
    pattern,
    code: 'bootloader-missing',
    what: 'no board in its boot loader was found',
    todo: `${how}, ${again}.`,
  }),
  denied: (pattern: RegExp): Failure => ({
    pattern,
    code: 'port-denied',
    what: 'you may not open the device',
    todo: `Let your user do so (\`kiln doctor\` says how: udev rules, the group dialout), ${again}.`,
  }),
  busy: (pattern: RegExp): Failure => ({
    pattern,
    code: 'port-busy',
    what: 'another program has the device open',
    todo: `Close it (a serial monitor, another debugger), ${again}.`,
  }),
  noPort: (pattern: RegExp): Failure => ({
    pattern,
    code: 'port-missing',
    what: 'the serial port is not there',
    todo: `Plug the board in (\`kiln ports\` lists the ports there are), ${again}.`,
  }),
  silent: (pattern: RegExp, how = 'Press reset'): Failure => ({
    pattern,
    code: 'bootloader-silent',
    what: 'the boot loader does not answer',
    todo: `${how}, check that it is the right port and board, ${again}.`,
  }),
  locked: (pattern: RegExp, how: string): Failure => ({
    pattern,
    code: 'flash-locked',
    what: 'the chip is protected against reading or writing',
    todo: `${how} (that erases it), ${again}.`,
  }),
  wrongChip: (pattern: RegExp): Failure => ({
    pattern,
    code: 'chip-mismatch',
    what: 'another chip answers than the board has',
    todo: `Name the right board (\`kiln project --board BOARD\`) or port, ${again}.`,
  }),
  verify: (pattern: RegExp): Failure => ({
    pattern,
    code: 'flash-verify',
    what: 'flash does not hold what was written',
    todo: `Check cable and power, ${again}.`,
  }),
} as const;
