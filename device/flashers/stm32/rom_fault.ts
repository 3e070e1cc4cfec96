// What can go wrong in one exchange with the boot loader: it is tried again, and only then becomes an error.

/** AN3155's commands; each is sent with its complement. */
export const COMMAND = {
  get: 0x00,
  getId: 0x02,
  read: 0x11,
  go: 0x21,
  write: 0x31,
  erase: 0x43,
  extendedErase: 0x44,
} as const;

/** Part of a command that was not answered as it should be. */
export type Step = 'command' | 'address' | 'data' | 'answer';

export class RomFault extends Error {
  constructor(
    readonly kind: 'silence' | 'refusal' | 'garbage',
    readonly command: keyof typeof COMMAND,
    readonly step: Step,
  ) {
    super(`${SEEN[kind]} (${step} of ${command})`);
    this.name = 'RomFault';
  }
}

const SEEN = {
  silence: 'the boot loader did not answer in time',
  refusal: 'the boot loader refused it',
  garbage: 'the answer was not of the protocol',
} as const;
