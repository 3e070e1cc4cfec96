// One finding about this machine: what was looked for, what is there, why it matters and how to mend it.

export interface Check {
  name: string;
  area: 'node' | 'tools' | 'serial';
  status: 'ok' | 'missing' | 'too old' | 'problem';
  /** A version, or the state of the thing. */
  found: string;
  /** What works only with it. */
  why: string;
  /** Names of boards that it is for, where it is for some alone. */
  boards?: string[];
  /** The board that was asked for cannot do without it. */
  needed: boolean;
  /** What to do, where it is not ok. */
  todo?: string;
}

/** Whether `found` is at least `minimum`, number by number: 10.2 is newer than 9.3.1. */
export function atLeast(found: string, minimum: string): boolean {
  const [ours, wanted] = [found, minimum].map((version) => version.split('.').map(Number));
  for (const [i, number] of wanted!.entries()) {
    const difference = (ours![i] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
